"""How jupyter_client starts a kernel that is forked."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from r2klib.site.kernels.client import ForkServer, NoFork

_LAUNCHER = "ipykernel_launcher"


class ForkedProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Starts the kernel by a fork where it can, as a process of its own where it cannot.

    `on_refusal` takes the reason, each time a kernel could not be forked.
    """

    def __init__(
        self, server: ForkServer, on_refusal: Callable[[str], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._server, self._on_refusal = server, on_refusal

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel that `cmd` describes and return how to connect to it."""
        if _LAUNCHER in cmd:
            arguments = cmd[cmd.index(_LAUNCHER) + 1 :]
            cwd = str(kwargs.get("cwd") or os.getcwd())  # noqa: PTH109 - as Popen takes it
            try:
                self.process = await self._server.fork(arguments, kwargs["env"], cwd)
            except NoFork as refusal:
                self._on_refusal(str(refusal))
            else:
                self.pid = self.pgid = self.process.pid  # a session of its own
                self.cwd = cwd
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)
