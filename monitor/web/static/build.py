"""取静态资源 fetch the third-party scripts of the map (`make assets`) and write SOURCES.yaml; needs npm."""

import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PACKAGE, VERSION, DATE = "leaflet", "1.9.4", "2023-05-18"
FILES = {
    "dist/leaflet.js": "leaflet.js",
    "dist/leaflet.css": "leaflet.css",
    "LICENSE": "LICENSE",
    **{f"dist/images/{name}.png": f"images/{name}.png" for name in ("layers", "layers-2x")},
    **{f"dist/images/{name}.png": f"images/{name}.png" for name in ("marker-icon", "marker-icon-2x", "marker-shadow")},
}


def main() -> None:
    """取包 unpack the files of the package's dist folder and state where they come from."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True)
        with tarfile.open(Path(folder) / f"{PACKAGE}-{VERSION}.tgz") as archive:
            rows = [row(archive, member, HERE / PACKAGE / name) for member, name in FILES.items()]
    (HERE / "SOURCES.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")


def row(archive: tarfile.TarFile, member: str, path: Path) -> dict[str, str]:
    """来源行 write one file of the package without its pointer to a source map, and return its row."""
    packed = archive.extractfile(f"package/{member}")
    if packed is None:
        raise SystemExit(f"{PACKAGE} {VERSION} has no {member}")
    body = packed.read().replace(b"//# sourceMappingURL=leaflet.js.map", b"")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return {
        "file": str(path.relative_to(HERE)),
        "producer": f"npm {PACKAGE}, {member} (Volodymyr Agafonkin, CloudMade)",
        "version": VERSION,
        "date": DATE,
        "licence": "BSD-2-Clause",
        "sha256": hashlib.sha256(body).hexdigest(),
    }


if __name__ == "__main__":
    main()
