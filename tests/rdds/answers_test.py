#!/usr/bin/env python3
"""What a rebuilt registry answers about everything in it, held against what others say.

Every answer of RDAP against rdap.schema.json (a validator of other people's); every value of every
contact, read from the deposit by an XML parser of other people's, against all bytes of all answers;
a few answers byte for byte against golden/.

    answers_test.py ANSWERS GEN_DEPOSIT [--update GOLDEN_DIR]
"""
import collections
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import jsonschema

HERE = pathlib.Path(__file__).parent
# Beside the source checkout, where the link in the runfiles leads.
SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared" / "testdata"
CONTACT = "{urn:ietf:params:xml:ns:rdeContact-1.0}"
EPP = "{urn:ietf:params:xml:ns:contact-1.0}"
PERSONAL = ([CONTACT + name for name in ("id", "voice", "fax", "email")] +
            [EPP + name for name in ("name", "org", "street", "city", "pc")])
# Shorter values stand in other words by chance: postal codes, "Rom".
VALUE_LENGTH_MIN = 6

Answer = collections.namedtuple("Answer", "protocol query status text")


class Failure(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failure(what)


def ask_everything(answers, deposit, tld, policy):
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as work:
        run = subprocess.run([answers, deposit, work + "/rebuilt", tld, policy], check=True,
                             capture_output=True, text=True, encoding="utf-8")
    return [Answer(*line.split("\t", 3)) for line in run.stdout.splitlines()]


def class_of(answer, body):
    if answer.status != "200":
        return "error"
    return body.get("objectClassName", "help")


def validators():
    schema = json.loads((HERE / "rdap.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return {
        name: jsonschema.Draft7Validator({"$ref": "#/definitions/" + name,
                                          "definitions": schema["definitions"]})
        for name in ("domain", "nameserver", "entity", "help", "error")}


def check_schema(answers):
    """Returns how many answers there were of each class."""
    checks = validators()
    counts = collections.Counter()
    strict = set()
    for answer in answers:
        if answer.protocol != "rdap":
            continue
        body = json.loads(answer.text)
        name = class_of(answer, body)
        counts[name] += 1
        for error in checks[name].iter_errors(body):
            raise Failure(f"{answer.query}: {list(error.absolute_path)}: {error.message}")
        if name not in strict:  # and the schema refuses what is not in it
            strict.add(name)
            for path in ((), ("notices", 0)):
                wrong = copy.deepcopy(body)
                place = wrong
                for step in path:
                    place = place[step]
                place["other"] = 1
                expect(not checks[name].is_valid(wrong), f"{name}: the schema takes anything")
    return counts


def agreed_to(contact):
    """Names of elements that a contact's <disclose> lets be shown: RFC 5733 section 2.9."""
    disclose = contact.find(CONTACT + "disclose")
    if disclose is None or disclose.get("flag") not in ("1", "true"):
        return set()
    forms = {info.get("type") for info in contact.findall(CONTACT + "postalInfo")}
    listed = collections.defaultdict(set)
    for element in disclose:
        listed[element.tag.removeprefix(EPP)].add(element.get("type"))
    agreed = {name for name in ("voice", "fax", "email") if name in listed}
    agreed |= {name for name in ("name", "org") if listed[name] >= forms}
    return agreed | ({"street", "city", "pc"} if listed["addr"] >= forms else set())


def personal_values(deposit):
    """Values that contacts did not agree to show and that stand in nothing public of the deposit."""
    personal, public, registrants = set(), set(), set()
    states = collections.defaultdict(set)  # by contact
    depth_in_contact = 0
    for event, element in ET.iterparse(deposit, events=("start", "end")):
        if element.tag == CONTACT + "contact":
            depth_in_contact += 1 if event == "start" else -1
            if event == "end":
                agreed = agreed_to(element)
                for part in element.iter():
                    if part.tag in PERSONAL and part.text:
                        shown = part.tag.split("}")[1] in agreed
                        (public if shown else personal).add(" ".join(part.text.split()))
                    elif part.tag == EPP + "sp" and part.text:
                        states[element.findtext(CONTACT + "id")].add(" ".join(part.text.split()))
        elif event == "end" and element.text and not depth_in_contact:
            if element.tag.endswith("}registrant"):
                registrants.add(element.text.strip())
            elif not element.tag.endswith("}contact"):
                public.add(" ".join(element.text.split()))
    for contact, values in states.items():  # of registrants always published
        (public if contact in registrants else personal).update(values)
    public_text = "\n".join(public)  # a city may have the name of a region, which is public
    return {value for value in personal
            if len(value) >= VALUE_LENGTH_MIN and value not in public_text}


def strings_of(value):
    """Every string in a tree of JSON, names of members, too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value:
            yield from strings_of(part)
        if isinstance(value, dict):
            yield from strings_of(list(value.values()))


def without_escapes(answer):
    """What an answer says: "Smith & Sons" does not hide in "Smith \\u0026 Sons"."""
    return "\n".join(strings_of(json.loads(answer.text)))


def check_nothing_leaks(answers, values):
    # An answer may say what it was asked.
    text = "\n".join(without_escapes(answer).replace(answer.query[1:], "") for answer in answers)
    words = set(re.findall(r"\w+", text))
    for value in values:
        # A value stands there only if each of its words does: most need not be searched for.
        if not words.issuperset(re.findall(r"\w+", value)):
            continue
        # "3 Station Road" is no part of "13 Station Road", which another one agreed to show.
        leak = value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)
        expect(not leak, f"a value leaks: {value}")


def pretty(answer):
    if answer.protocol == "whois":
        return json.loads(answer.text)
    return json.dumps(json.loads(answer.text), indent=1, ensure_ascii=False) + "\n"


def check_golden(answers, prefix, golden_dir, update):
    """The first answer of each class, and the first of WHOIS of each kind."""
    first = {}
    for answer in answers:
        if answer.protocol == "whois":
            words = answer.query.split(" ")
            name = f"{prefix}_whois_{words[0] if len(words) > 1 else 'domain'}.txt"
        else:
            body = json.loads(answer.text)
            kind = class_of(answer, body)
            if kind == "entity":
                kind = "registrar" if "roles" in body else "contact"
            name = f"{prefix}_rdap_{kind}.json"
        first.setdefault(name, answer)
    for name, answer in first.items():
        path = golden_dir / name
        if update:
            path.write_bytes(pretty(answer).encode())
        expect(path.read_bytes().decode() == pretty(answer), f"{name} differs from the golden file")


def check_deposit(answers, deposit, tld, policies):
    values = personal_values(deposit)
    for policy in policies:
        everything = ask_everything(answers, deposit, tld, policy)
        counts = check_schema(everything)
        print(f"{deposit}: {policy}: {len(everything)} answers, {dict(counts)}, "
              f"{len(values)} personal values")
        expect(counts["domain"] > 0 and counts["help"] == 1, "no domain was answered")
        if policy == "withheld":
            check_nothing_leaks(everything, values)
        elif values:
            text = "\n".join(map(without_escapes, everything))
            shown = sum(value in text for value in values)
            expect(shown > len(values) // 2, "the search for values finds none where all are shown")
        yield policy, everything


def main():
    answers, generate = sys.argv[1:3]
    update = sys.argv[3:4] == ["--update"]
    golden = pathlib.Path(sys.argv[4]) if update else HERE / "golden"
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as work:
        for name, arguments in {"objects": [], "attributes": ["--hosts", "attributes"]}.items():
            subprocess.run([generate, "--domains", "120", "--quiet", "--out", f"{work}/{name}",
                            *arguments], check=True)
            deposit = f"{work}/{name}/example_2026-11-22_full_S1_R0.xml"
            for policy, everything in check_deposit(answers, deposit, "example",
                                                    ("withheld", "shown")):
                if name == "objects":
                    check_golden(everything, policy, golden, update)
    if not SHARED.is_dir():
        print("SKIPPED: the deposits of others; no folder ../shared beside this checkout")
        return
    for tld in ("example", "sample"):
        deposit = str(SHARED / tld / f"{tld}_2026-11-22_full_S1_R0.xml")
        for _ in check_deposit(answers, deposit, tld, ("withheld", "shown")):
            pass


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
