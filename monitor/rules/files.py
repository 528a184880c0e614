"""规则文件 one YAML a rule -> Rule, with refusals that name file, line and key."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from monitor import settings
from monitor.errors import BadInput
from monitor.model import Reference
from monitor.rules.population import TERMS, Population, list_labels
from monitor.rules.rule import Outcome, Period, Rule
from monitor.settings import DATA
from monitor.terms import Colour

RULES = DATA / "rules"
"""规则目录 one folder a plan; presets stand in ``presets/<preset>/``."""

PRESETS = RULES / "presets"

PLAN_FILE = "plan.yaml"
"""what a plan pack says of itself; every other YAML of its folder is a rule."""

FOREVER = date(9999, 12, 31)
COLOURS = {colour.value: colour for colour in Colour}


class _Loader(yaml.CSafeLoader):
    """YAML loader that leaves dates as text (JSON schema knows no dates) and ``on`` as the word it is."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


def plan_folders() -> dict[str, tuple[Path, ...]]:
    """方案目录 key and folders of the plan packs: the shipped one, then the operator's in ``PALMMAP_HOME/rules``.

    A file of the operator takes the place of the shipped one of the same name; a pack has a plan.yaml in one of them.
    """
    roots = [root for root in (RULES, settings.load().home / "rules") if root.is_dir()]
    folders = [path for root in roots for path in sorted(root.iterdir()) if path.is_dir()]
    return _packs(tuple((path, path.stat().st_mtime_ns) for path in folders))


@cache
def _packs(folders: tuple[tuple[Path, int], ...]) -> dict[str, tuple[Path, ...]]:
    """Packs among folders, found anew when a file comes or goes (the time of the folder changes)."""
    found: dict[str, list[Path]] = {}
    for folder, _changed_at in folders:
        if any(folder.glob("*.yaml")):
            found.setdefault(folder.name, []).append(folder)
    packs = {key: tuple(held) for key, held in found.items()}
    return {key: packs[key] for key in sorted(packs) if PLAN_FILE in files_of(packs[key])}


def files_of(folders: Iterable[Path]) -> dict[str, Path]:
    """规则文件 files of a pack by name; of the same name, the one in the last folder."""
    found = {path.name: path for folder in folders for path in folder.glob("*.yaml")}
    return dict(sorted(found.items()))


def plan_keys() -> list[str]:
    """方案名 keys of the plan packs."""
    return list(plan_folders())


def preset_keys() -> list[str]:
    """预设名 keys of the light presets."""
    return sorted(path.name for path in PRESETS.iterdir() if path.is_dir())


def read_pack(*folders: Path) -> tuple[Rule, ...]:
    """读规则包 the rules of a folder (or of several, the last one first), by file name.

    Raises
    ------
    BadInput
        ``rules.*`` with file, line and key: not YAML, unknown or missing key, wrong value, overlapping dates,
        a population that can match nothing, the same rule twice.
    """
    rules = tuple(read_rule(path) for name, path in files_of(folders).items() if name != PLAN_FILE)
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.key in seen:
            raise rule.refuse("rules.duplicate_rule", "key", name=rule.key, other=seen[rule.key])
        seen[rule.key] = rule.file
    for rule in rules:
        strange = [key for key in _named_in(rule) if key not in seen]
        if strange:
            raise rule.refuse("rules.unknown_part", "options", part=strange[0])
    return rules


def _named_in(rule: Rule) -> list[str]:
    """Keys of other rules of the pack that a rule stands on: what it weighs, the ranking it speaks of."""
    weighed = rule.options["parts"] if rule.kind == "ranking" or rule.function == "composite" else ()
    return [*weighed, *([rule.options["ranking"]] if "ranking" in rule.options else ())]


def read_rule(path: Path) -> Rule:
    """读规则 one rule from its file (see read_pack for the refusals)."""
    document = read_checked(path, "rule")
    said = document.value
    for name in ("population", "denominator"):
        _check_population(document, name)
    _check_options(document)
    return Rule(
        key=said["key"],
        plan=path.parent.name,
        kind=said["kind"],
        function=said["function"],
        label=said["label"],
        unit=said["unit"],
        reference=Reference(**said["reference"]),
        values=_periods(document),
        direction=said.get("direction", "none"),
        population=_population(said.get("population", {})),
        denominator=_population(said["denominator"]) if "denominator" in said else None,
        denominator_label=said.get("denominator_label", ""),
        options=said.get("options", {}),
        due=said.get("due"),
        gate=said.get("gate", False),
        stretch=said.get("stretch"),
        outcomes={
            name: Outcome(COLOURS[made["colour"]], made["text"]) for name, made in said.get("outcomes", {}).items()
        },
        rows=tuple(said.get("rows", ())),
        examples=tuple(said.get("examples", ())),
        formula=said.get("formula", ""),
        note=said.get("note", ""),
        file=document.file,
        lines=_lines(document),
    )


def _lines(document: "Document") -> dict[str, int]:
    """Line of every key, and of every example."""
    examples = range(len(document.value.get("examples", ())))
    return {key: document.line([key]) for key in document.value} | {
        f"examples.{place}": document.line(["examples", place]) for place in examples
    }


class Document:
    """规则文稿 a checked YAML document that knows the line of every key."""

    def __init__(self, file: str, node: yaml.Node, value: dict[str, Any]) -> None:
        self.file, self.node, self.value = file, node, value

    def line(self, path: list[Any]) -> int:
        """行号 1-based line of a key path; of the nearest key above where the path itself is not there."""
        node, line = self.node, self.node.start_mark.line
        for step in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line
                continue
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = next(((key, held) for key, held in pairs if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        return line + 1

    def refuse(self, code: str, path: list[Any], **params: object) -> BadInput:
        """拒绝 a refusal that names this file, the line and the key."""
        key = ".".join(map(str, path))
        return BadInput(code, file=self.file, line=self.line(path), key=key, **params)


def read_checked(path: Path, schema: str) -> Document:
    """读取并校验 a YAML file against ``data/rules/schema/<schema>.json``."""
    file = path.relative_to(DATA.parent).as_posix() if path.is_relative_to(DATA.parent) else path.name
    loader = _Loader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise BadInput("rules.syntax", file=file, line=1)
        for key, parent in _repeated(node):
            code = "rules.overlap" if parent == "values" else "rules.duplicate_key"
            raise BadInput(code, file=file, line=key.start_mark.line + 1, key=key.value)
        value = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise BadInput(
            "rules.syntax", file=file, line=error.problem_mark.line + 1 if error.problem_mark else 1
        ) from None
    document = Document(file, node, value)
    worst = jsonschema.exceptions.best_match(_validator(schema).iter_errors(value))
    if worst is not None:
        raise _schema_refusal(document, worst)
    return document


@cache
def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RULES / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def _validator(schema: str, definition: str = "") -> jsonschema.Draft202012Validator:
    said = _schema(schema)
    return jsonschema.Draft202012Validator(said | {"$ref": f"#/$defs/{definition}"} if definition else said)


def _check_options(document: Document) -> None:
    """Refuse options that the function does not know, lacks or cannot use (``schema/options.json``)."""
    kind, function = document.value["kind"], document.value["function"]
    known = _schema("options")["$defs"]
    name = next((name for name in (f"{kind}.{function}", kind) if name in known), None)
    if name is None:
        raise document.refuse("rules.unknown_function", ["function"], function=function)
    worst = jsonschema.exceptions.best_match(_validator("options", name).iter_errors(document.value.get("options", {})))
    if worst is not None:
        raise _schema_refusal(document, worst, "options")


def _schema_refusal(document: Document, error: jsonschema.ValidationError, *under: str) -> BadInput:
    path, schema = [*under, *error.absolute_path], error.schema
    if error.validator == "additionalProperties":
        known = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
        unknown = next(key for key in _keys(error.instance) if key not in known)
        return document.refuse("rules.unknown_key", [*path, unknown])
    if error.validator == "required":
        missing = next(key for key in _keys(error.validator_value) if key not in _keys(error.instance))
        return document.refuse("rules.missing_key", [*path, missing])
    return document.refuse("rules.wrong_value", path, value=str(error.instance)[:60])


def _keys(held: object) -> list[str]:
    return list(held) if isinstance(held, Iterable) else []


def _repeated(node: yaml.Node, parent: str = "") -> Iterator[tuple[yaml.ScalarNode, str]]:
    """Keys that stand twice in one mapping, with the key of that mapping."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item, parent)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key, parent
            seen.add(key.value)
            yield from _repeated(value, key.value)


def _periods(document: Document) -> tuple[Period, ...]:
    stated = sorted(
        ((_date(document, day), day, held) for day, held in document.value["values"].items()), key=itemgetter(0)
    )
    starts = [start for start, _, _ in stated[1:]]
    periods = []
    for position, (since, day, held) in enumerate(stated):
        following = starts[position] if position < len(starts) else None
        dated = isinstance(held, Mapping) and "until" in held
        last = following - timedelta(days=1) if following else FOREVER
        until = _date(document, held["until"], day) if dated else last
        if until < since or (following and until >= following):
            raise document.refuse("rules.overlap", ["values", day])
        periods.append(Period(since, until, _value(held) if dated else held))
    return tuple(periods)


def _date(document: Document, day: str, under: str | None = None) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise document.refuse("rules.wrong_value", ["values", under or day], value=day) from None


def _value(held: Mapping[str, Any]) -> Any:
    named = {name: value for name, value in held.items() if name != "until"}
    return named["value"] if set(named) == {"value"} else named


def _population(said: Mapping[str, Any]) -> Population:
    minimum = {column.removeprefix("min_"): float(value) for column, value in said.items() if column.startswith("min_")}
    values = {column: tuple(value) for column, value in said.items() if not column.startswith("min_")}
    return Population(values, minimum)


def _check_population(document: Document, name: str) -> None:
    for column, wanted in document.value.get(name, {}).items():
        known = TERMS.get(column) or (list_labels() if column == "lists" else None)
        for position, value in enumerate(wanted if known else ()):
            if value not in (known or ()):
                raise document.refuse("rules.population_empty", [name, column, position], value=value)
