"""命令写法有误 what click finds wrong with a call, in one Chinese sentence."""

import re

import click

from monitor.messages import sentence


def usage_sentence(error: click.ClickException) -> str:
    """用法提示 the sentence for a call that cannot be understood."""
    if isinstance(error, click.NoSuchOption):
        return sentence("cli.no_option", option=error.option_name)
    if isinstance(error, click.MissingParameter):
        return sentence("cli.missing", name=_name(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    command = re.search(r"No such command '(.*)'", error.message)
    return sentence("cli.no_command", command=command[1]) if command else sentence("cli.usage")


def _bad_value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    stated = re.search(r"'([^']*)'", error.message)
    said = {"name": _name(error), "value": stated[1] if stated else ""}
    if isinstance(kind, click.DateTime):
        return sentence("cli.bad_date", **said)
    if isinstance(kind, click.Choice):
        return sentence("cli.bad_choice", choices="、".join(map(str, kind.choices)), **said)
    if isinstance(kind, click.Path):
        return sentence("cli.no_file", **said)
    return sentence("cli.bad_value", **said)


def _name(error: click.BadParameter) -> str:
    """An option as it is written, an argument by its name in the help."""
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return (error.param.name or "").upper() if error.param else str(error.param_hint or "")
