"""中文标点 checks that Chinese text carries full-width punctuation, and mends it with --fix.

Looks at string literals of Python (raw ones, which are patterns, excepted), at strings of JavaScript, at YAML values
and at Markdown. A mark counts as Chinese where the character before it (or, for an opening bracket, after it) is
Chinese and what stands around it cannot be syntax. Data files and patterns are left alone.
"""

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDE = str.maketrans({",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "?": "\uff1f", "!": "\uff01"})
HAN = r"\u3400-\u9fff\u3001\u3002\u300a\u300b\u201c\u201d\uff08\uff09"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MARK = re.compile(
    rf"(?<=[{HAN}%}}])[,;:?!](?=[{HAN}{{\d]|$)"
    rf"|(?<=[{HAN}])[,;:?!](?=[A-Za-z<\"'`])"
    rf"|(?<=[\w}})])[,;:?!](?=[{HAN}])"
)
BRACKETS = re.compile(r"\(([^()\n]*)\)")
SKIP = ("data/sites/", "data/boundaries/", "data/templates/", "tests/", "benchmarks/", "uv.lock", ".ci/punctuation.py")


def widen(text: str) -> str:
    """全角化 the text with the punctuation of its Chinese parts full-width."""
    if not CHINESE.search(text):
        return text
    return MARK.sub(lambda mark: mark[0].translate(WIDE), BRACKETS.sub(_bracket, text))


def _bracket(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()]
    inside = found[1]
    said = re.match(rf"[{HAN}]", before) and re.search(rf"[{HAN}{{]", inside)
    if said or (before == "}" and re.search(rf"[{HAN}]", inside)):
        return f"\uff08{inside}\uff09"
    return found[0]


def python(text: str) -> str:
    """Python 源码 with its string literals widened, other than raw ones."""
    lines = text.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
        prefix = re.match(r"[A-Za-z]*", token.string)
        if token.type != tokenize.STRING or "r" in (prefix[0].lower() if prefix else ""):
            continue
        (row, start), (last, end) = token.start, token.end
        quote = 3 if token.string.lstrip("fFbBuU")[:3] in ('"""', "'''") else 1
        skip = len(token.string) - len(token.string.lstrip("fFbBuU")) + quote
        body = token.string[skip : len(token.string) - quote]
        new = token.string[:skip] + widen(body) + token.string[len(token.string) - quote :]
        if new != token.string:
            block = "".join(lines[row - 1 : last])
            tail = len(lines[last - 1]) - end
            lines[row - 1 : last] = (block[:start] + new + block[len(block) - tail :]).splitlines(keepends=True)
    return "".join(lines)


def quoted(text: str) -> str:
    """JavaScript 源码 with what stands in quotes widened."""
    string = r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`"
    return re.sub(string, lambda found: found[0][0] + widen(found[0][1:-1]) + found[0][-1], text)


def yaml(text: str) -> str:
    """YAML 文本 widened, but for what may be its syntax: a mark before a space or a line's end."""
    return "\n".join(line if line.lstrip().startswith("#") else widen(line + "\0")[:-1] for line in text.split("\n"))


KINDS = {".py": python, ".js": quoted, ".yaml": yaml, ".md": widen}


def main() -> int:
    """检查或改正 names the files that are wrong, or mends them; exit status 1 where some were wrong."""
    fix = "--fix" in sys.argv
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    wrong = 0
    for name in names:
        kind = KINDS.get(Path(name).suffix)
        path = ROOT / name
        if not kind or name.startswith(SKIP) or "leaflet" in name or not path.is_file():  # git lists deleted files too
            continue
        text = path.read_text(encoding="utf-8")
        new = kind(text)
        for number, (old_line, new_line) in enumerate(zip(text.split("\n"), new.split("\n"), strict=True), 1):
            if old_line != new_line:
                wrong += 1
                sys.stdout.write(f"{name}:{number}: {new_line.strip()}\n")
        if fix and new != text:
            path.write_text(new, encoding="utf-8")
    return int(wrong > 0 and not fix)


if __name__ == "__main__":
    sys.exit(main())
