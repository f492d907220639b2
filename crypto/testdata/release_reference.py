#!/usr/bin/env python3
"""The release key's protocols a second time, slowly, in plain big integers.

Written from docs/formats/crypto.md and the RFCs it names (7539, 7748, 8032, 9496); shares no code
with crypto/. Prints names and values in hexadecimal, inputs and outputs, all made from one seed:

    release_reference.py SEED THRESHOLD CUSTODIANS DEALERS > release_golden.txt

Nothing here is constant in time: for tests only.
"""
import hashlib
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, -1, P) % P
NOBODY = (0, 1)


def is_negative(x):
    return x % P % 2 == 1


def absolute(x):
    return -x % P if is_negative(x) else x % P


def sqrt_ratio(u, v):
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    flipped = check == -u % P
    if flipped or check == -u * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    return check == u % P or flipped, absolute(r)


def x_of(y):
    """The even x of the point on edwards25519 with this y."""
    good, x = sqrt_ratio(y * y - 1, D * y * y + 1)
    assert good
    return x


BASE = (x_of(BASE_Y), BASE_Y)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def negate(a):
    return (-a[0] % P, a[1])


def times(n, a):
    out = NOBODY
    while n:
        if n & 1:
            out = add(out, a)
        a = add(a, a)
        n >>= 1
    return out


def encode(point):
    """RFC 9496 section 4.3.2, with z = 1."""
    x, y = point
    t = x * y % P
    u1 = (1 + y) * (1 - y) % P
    u2 = t
    _, inverse = sqrt_ratio(1, u1 * u2 * u2 % P)
    d1, d2 = inverse * u1 % P, inverse * u2 % P
    z = d1 * d2 * t % P
    d = d2
    if is_negative(t * z):
        _, invsqrt_a_minus_d = sqrt_ratio(1, (-1 - D) % P)
        x, y, d = y * SQRT_M1 % P, x * SQRT_M1 % P, d1 * invsqrt_a_minus_d % P
    if is_negative(x * z):
        y = -y % P
    return absolute(d * (1 - y)).to_bytes(32, "little")


def decode(data):
    """RFC 9496 section 4.3.1."""
    s = int.from_bytes(data, "little")
    assert s < P and not is_negative(s)
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    good, inverse = sqrt_ratio(1, v * u2 * u2 % P)
    dx = inverse * u2 % P
    x, y = absolute(2 * s * dx), u1 * inverse * dx * v % P
    assert good and not is_negative(x * y) and y != 0
    return (x, y)


def ed25519_encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def ed25519(seed, message):
    """RFC 8032: public key and signature."""
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    public = ed25519_encode(times(a, BASE))
    r = int.from_bytes(hashlib.sha512(h[32:] + message).digest(), "little") % L
    big_r = ed25519_encode(times(r, BASE))
    k = int.from_bytes(hashlib.sha512(big_r + public + message).digest(), "little")
    return public, big_r + ((r + k * a) % L).to_bytes(32, "little")


def sign(seed, purpose, message):
    return ed25519(seed, b"tidemark/v1/" + purpose + b"\0" + message)[1]


def x25519(k, u):
    """RFC 7748, the ladder."""
    k = int.from_bytes(k, "little") & ((1 << 254) - 8) | (1 << 254)
    u = int.from_bytes(u, "little") % (1 << 255)
    x1, x2, z2, x3, z3 = u, 1, 0, u, 1
    for t in reversed(range(255)):
        bit = k >> t & 1
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a, b * b, d * a, c * b
        x3, z3 = (da + cb)**2 % P, x1 * (da - cb)**2 % P
        x2, z2 = aa * bb % P, (aa - bb) * (aa + 121665 * (aa - bb)) % P
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


NINE = (9).to_bytes(32, "little")


def words(data):
    return [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]


def rounds(state):
    s = list(state)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                s[x] = (s[x] + s[y]) & 0xffffffff
                v = s[z] ^ s[x]
                s[z] = (v << n | v >> (32 - n)) & 0xffffffff
    return s


def start(key, sixteen):
    return words(b"expand 32-byte k") + words(key) + words(sixteen)


def block(key, counter, nonce):
    state = start(key, counter.to_bytes(4, "little") + nonce)
    return b"".join(((a + b) & 0xffffffff).to_bytes(4, "little")
                    for a, b in zip(state, rounds(state)))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def aead(key, message):
    """XChaCha20-Poly1305 with 24 zero bytes of nonce and no associated data."""
    s = rounds(start(key, bytes(16)))
    key = b"".join(w.to_bytes(4, "little") for w in s[:4] + s[12:])
    nonce = bytes(12)
    stream = b"".join(block(key, 1 + i, nonce) for i in range(len(message) // 64 + 1))
    sealed = bytes(a ^ b for a, b in zip(message, stream))
    padded = sealed + bytes(-len(sealed) % 16)
    lengths = (0).to_bytes(8, "little") + len(sealed).to_bytes(8, "little")
    return sealed + poly1305(block(key, 0, nonce)[:32], padded + lengths)


def be32(n):
    return n.to_bytes(4, "big")


def pre(x):
    return be32(len(x)) + x


def h(key, domain, x, size=32):
    return hashlib.blake2b(b"tidemark/v1/" + domain + b"\0" + x, key=key,
                           digest_size=size).digest()


def scalar(key, domain, x):
    return int.from_bytes(h(key, domain, x, 64), "little") % L


def le(n):
    return n.to_bytes(32, "little")


def seal(to, ephemeral, domain, associated, message):
    point = x25519(ephemeral, NINE)
    key = h(x25519(ephemeral, to), domain, point + to + pre(associated))
    return point + aead(key, message)


def ceremony(nonce, threshold, custodians, dealers):
    return h(nonce, b"release-ceremony",
             be32(threshold) + pre(b"".join(custodians)) + pre(b"".join(dealers)))


def value(coefficients, at):
    return sum(a * at**k for k, a in enumerate(coefficients)) % L


def deal(transcript, threshold, custodians, number, seed, signing_seed):
    """The dealing, and its polynomial."""
    a = [scalar(seed, b"release-dealing-coefficient", transcript + be32(k))
         for k in range(threshold)]
    commitments = b"".join(encode(times(x, BASE)) for x in a)
    nonce = scalar(seed, b"release-dealing-nonce", transcript)
    c = scalar(transcript, b"release-dealing-proof",
               be32(number) + commitments + encode(times(nonce, BASE)))
    body = transcript + be32(number) + commitments + le(c) + le((nonce + c * a[0]) % L)
    for i, to in enumerate(custodians, 1):
        ephemeral = h(seed, b"release-dealing-ephemeral", transcript + be32(i))
        body += seal(to, ephemeral, b"release-dealing-box", transcript + be32(number) + be32(i),
                     le(value(a, i)))
    return body + sign(signing_seed, b"release-dealing", body), a


def release_wrap(public, context, deposit_key):
    r = scalar(deposit_key, b"release-wrap-scalar", public + pre(context))
    big_r = encode(times(r, BASE))
    key = h(encode(times(r, decode(public))), b"release-wrap-box", big_r + public + pre(context))
    return big_r + aead(key, deposit_key)


def answer(public, number, share, wrap, context, case_id, successor):
    big_r = wrap[:32]
    bound = public + be32(number) + big_r + successor + case_id + pre(context)
    k = scalar(le(share), b"release-answer-nonce", bound)
    d = encode(times(share, decode(big_r)))
    c = scalar(public, b"release-answer-proof",
               be32(number) + encode(times(share, BASE)) + big_r + d + encode(times(k, BASE)) +
               encode(times(k, decode(big_r))) + successor + case_id + pre(context))
    ephemeral = h(le(share), b"release-answer-ephemeral", bound)
    return seal(successor, ephemeral, b"release-answer-box", case_id + be32(number),
                d + le(c) + le((k + c * share) % L))


def liveness(public, number, share, challenge):
    k = scalar(le(share), b"release-liveness-nonce", public + be32(number) + pre(challenge))
    c = scalar(public, b"release-liveness-proof",
               be32(number) + encode(times(share, BASE)) + encode(times(k, BASE)) +
               pre(challenge))
    return le(c) + le((k + c * share) % L)


def main():
    seed = sys.argv[1].encode()
    threshold, count, dealer_count = (int(word) for word in sys.argv[2:])

    def made(name):
        return hashlib.sha256(seed + b"/" + name.encode()).digest()

    out = {"threshold": bytes([threshold]), "custodians": bytes([count]),
           "dealers": bytes([dealer_count]), "nonce": made("nonce")}
    opening = [made(f"opening {i}") for i in range(1, count + 1)]
    signing = [made(f"signing {j}") for j in range(1, dealer_count + 1)]
    seeds = [made(f"dealing {j}") for j in range(1, dealer_count + 1)]
    for i, key in enumerate(opening, 1):
        out[f"opening_key_{i}"] = key
    for j, key in enumerate(signing, 1):
        out[f"signing_key_{j}"] = key
        out[f"dealing_seed_{j}"] = seeds[j - 1]
    custodians = [x25519(key, NINE) for key in opening]
    dealers = [ed25519(key, b"")[0] for key in signing]
    transcript = ceremony(out["nonce"], threshold, custodians, dealers)
    total = [0] * threshold
    for j in range(1, dealer_count + 1):
        out[f"dealing_{j}"], a = deal(transcript, threshold, custodians, j, seeds[j - 1],
                                      signing[j - 1])
        total = [(x + y) % L for x, y in zip(total, a)]
    for k, a in enumerate(total):
        out[f"commitment_{k}"] = encode(times(a, BASE))
    public = out["commitment_0"]
    deposit_key, successor_secret = made("deposit key"), made("successor")
    successor = x25519(successor_secret, NINE)
    context, case_id, challenge = made("context") + b" and more", made("case"), made("challenge")
    wrap = release_wrap(public, context, deposit_key)
    out.update(context=context, case_id=case_id, successor_key=successor_secret, wrap=wrap,
               key_commitment=h(deposit_key, b"key-commitment", pre(context)),
               challenge=challenge)
    for i in range(1, count + 1):
        share = value(total, i)
        out[f"share_{i}"] = le(share)
        out[f"public_share_{i}"] = encode(times(share, BASE))
        out[f"answer_{i}"] = answer(public, i, share, wrap, context, case_id, successor)
        out[f"liveness_{i}"] = liveness(public, i, share, challenge)
    for name, data in out.items():
        print(name, data.hex())


if __name__ == "__main__":
    main()
