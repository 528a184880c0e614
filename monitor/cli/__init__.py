"""命令行 palmmap ...: the stable command-line contract (docs: README, palmmap --help)."""

import importlib

import click

COMMANDS = {
    "init": "monitor.cli.store:init",
    "serve": "monitor.cli.serve:serve",
    "geocode": "monitor.cli.places:geocode",
    "indicators": "monitor.cli.figures:indicators",
    "lights": "monitor.cli.figures:lights",
    "rank": "monitor.cli.figures:rank",
    "bulletin": "monitor.cli.notices:bulletin",
    "letter": "monitor.cli.notices:letter",
    "inspect": "monitor.cli.imagery:inspect",
    "inspect-all": "monitor.cli.imagery:inspect_all",
    "export": "monitor.cli.projects:export",
    "rows": "monitor.cli.rows:rows",
    "tasks": "monitor.cli.figures:tasks",
    "doctor": "monitor.cli.store:doctor",
    "backup": "monitor.cli.backup:backup",
    "restore": "monitor.cli.backup:restore",
    "audit": "monitor.cli.backup:audit",
}
"""command -> module:function, imported when called, so that --help is quick."""

IMPORTS = {
    "projects": "monitor.cli.projects:import_projects",
    "boundaries": "monitor.cli.places:import_boundaries",
    "reports": "monitor.cli.reports:import_reports",
    "items": "monitor.cli.items:import_items",
    "scenes": "monitor.cli.imagery:import_scenes",
    "statistics": "monitor.cli.figures:import_statistics",
}
"""what can be imported -> module:function."""


class LazyGroup(click.Group):
    """按需加载的命令组 command group that imports a command when it is called."""

    def __init__(self, *args: object, lazy: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """命令列表 names of the commands, sorted."""
        return sorted([*super().list_commands(ctx), *self.lazy])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """取命令 the command of this name, imported now."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, name = self.lazy[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, lazy=COMMANDS)
@click.version_option(package_name="palmmap")
def palmmap() -> None:
    """掌上地图：政府重大项目地图监测。"""


@palmmap.group("import", cls=LazyGroup, lazy=IMPORTS)
def import_group() -> None:
    """导入项目、边界、填报、影像。"""


def main() -> None:
    """命令行入口 run palmmap; a refusal or a wrong call becomes one Chinese sentence on stderr, status 2."""
    from geo.errors import GeoError
    from monitor.cli.usage import usage_sentence
    from monitor.errors import Refusal
    from monitor.messages import explain

    try:
        status = palmmap(prog_name="palmmap", standalone_mode=False)
    except (Refusal, GeoError) as refusal:
        click.echo(explain(refusal), err=True)
        raise SystemExit(2) from None
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message())
        raise SystemExit(2) from None
    except click.ClickException as error:
        click.echo(usage_sentence(error), err=True)
        raise SystemExit(2) from None
    except click.Abort:
        raise SystemExit(130) from None
    raise SystemExit(status if isinstance(status, int) else 0)
