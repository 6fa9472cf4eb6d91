from argparse import ArgumentParser, Namespace

from simulators.serve import serve
from simulators.settings import LOOPBACK, SimulatorSettings


def parser() -> ArgumentParser:
    arguments = ArgumentParser(
        "python -m simulators", description="Stand-ins for the outside systems, on one port"
    )
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=8001)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--persons", type=int, default=200)
    arguments.add_argument("--time-scale", type=float, default=1.0, help="multiplies every delay")
    arguments.add_argument("--public-url", default="", help="how others reach this, if not by host and port")
    arguments.add_argument(
        "--plain-http-host", action="append", default=[], help="a host that may be called back without https"
    )
    return arguments


def settings_from(given: Namespace) -> SimulatorSettings:
    return SimulatorSettings(
        host=given.host,
        port=given.port,
        seed=given.seed,
        persons=given.persons,
        time_scale=given.time_scale,
        public_url=given.public_url,
        plain_http_hosts=LOOPBACK | set(given.plain_http_host),
    )


if __name__ == "__main__":
    serve(settings_from(parser().parse_args()))
