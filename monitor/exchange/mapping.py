"""字段对应 the file that says which foreign field stands for which column (``--map``)."""

from pathlib import Path

import yaml

from monitor.errors import BadInput
from monitor.exchange.columns import of_field, recognise


def read_mapping(path: Path) -> dict[str, str]:
    """读取字段对应文件 foreign field name -> header or field key.

    Parameters
    ----------
    path : Path
        YAML: ``XMMC: 项目名称``, ``ZTZ: 总投资（亿元）``, ``SSQX: unit``.

    Raises
    ------
    BadInput
        ``import.no_file``, ``import.bad_mapping``.
    """
    if not path.is_file():
        raise BadInput("import.no_file", file=str(path))
    try:
        stated = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput("import.bad_mapping", file=path.name, value=str(error).partition("\n")[0]) from error
    if not isinstance(stated, dict) or not stated:
        raise BadInput("import.bad_mapping", file=path.name, value=str(stated))
    mapping = {str(name): str(header) for name, header in stated.items()}
    for header in mapping.values():
        column = of_field(header) or recognise(header)
        if column is None or not column.known:
            raise BadInput("import.bad_mapping", file=path.name, value=header)
    return mapping
