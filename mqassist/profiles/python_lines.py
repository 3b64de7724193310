"""Connect lines of Python's clients: pika, aio-pika, Celery, paho. Option names are the libraries' own."""

from __future__ import annotations

from mqassist.core.percent import encode
from mqassist.profiles.asked import Asked, joined
from mqassist.profiles.literals import VARIABLE, python

_FROM_ENVIRONMENT = f'os.environ["{VARIABLE}"]'


def _imports(*standard: str, others: tuple[str, ...]) -> list[str]:
    """The standard library's first, as formatters sort them."""
    lines = sorted(f"import {name}" for name in standard if name)
    return [*lines, *([""] if lines else []), *others]


def _ssl_context(asked: Asked) -> list[str]:
    tls = asked.tls
    ca = f"cafile={python(tls.ca)}" if tls.ca else ""
    lines = [f"context = ssl.create_default_context({ca})"]
    if tls.cert:
        key = f", {python(tls.key)}" if tls.key else ""
        lines.append(f"context.load_cert_chain({python(tls.cert)}{key})")
    return lines


def pika(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    login, hosts = endpoint.username is not None, asked.hosts
    many = len(hosts) > 1
    retries = asked.retries
    lines = _imports(
        "os" if login else "",
        "ssl" if endpoint.tls else "",
        *(("random", "time") if retries else ()),
        others=("import pika",),
    )
    if endpoint.tls:
        lines += ["", *_ssl_context(asked)]
    pad = "        " if many else "    "
    lines += ["", "parameters = ["] if many else [""]
    lines += [f"{pad[4:]}{'' if many else 'parameters = '}pika.ConnectionParameters("]
    host = "host" if many else python(endpoint.host)
    lines += [f"{pad}host={host},", f"{pad}port={'port' if many else endpoint.port},"]
    lines.append(f"{pad}virtual_host={python(endpoint.vhost)},")
    if endpoint.username is not None:
        lines.append(f"{pad}credentials=pika.PlainCredentials({python(endpoint.username)}, {_FROM_ENVIRONMENT}),")
    if endpoint.tls:
        name = python(asked.one_name) if asked.one_name else "host"
        lines.append(f"{pad}ssl_options=pika.SSLOptions(context, {name}),")
    lines.append(f"{pad}heartbeat={asked.beat},")
    bounds = (("socket_timeout", tuning.connect_s), ("stack_timeout", tuning.attempt_s))
    lines += [f"{pad}{name}={value}," for name, value in (*bounds, ("blocked_connection_timeout", tuning.blocked_s))
              if value is not None]  # fmt: skip
    lines.append(f"{pad[4:]})")
    if many:
        places = ", ".join(f"({python(each.host)}, {each.port})" for each in hosts)
        lines += [f"    for host, port in ({places})", "]"]
    if retries is None:
        return joined([*lines, "connection = pika.BlockingConnection(parameters)"])
    lines += _pika_connect(*retries)
    lines += ["channel = connection.channel()"]
    lines += [f"channel.basic_qos(prefetch_count={tuning.prefetch})"] if tuning.prefetch is not None else []
    lines += ["channel.confirm_delivery()"] if tuning.confirms else []
    return joined(lines)


def _pika_connect(first: int, cap: int) -> list[str]:
    refused = "AuthenticationError", "ProbableAuthenticationError", "ProbableAccessDeniedError"
    return [
        "REFUSED = (",
        *(f"    pika.exceptions.{name}," for name in refused),
        ")",
        "",
        "",
        "def connect():",
        f"    delay = {first}",
        "    while True:",
        "        try:",
        "            return pika.BlockingConnection(parameters)",
        "        except REFUSED:",
        "            raise  # trying again would not help, and may lock the account",
        "        except pika.exceptions.ConnectionClosedByBroker as closed:",
        "            if closed.reply_code in (403, 530):  # refused, as above",
        "                raise",
        "        except pika.exceptions.AMQPConnectionError:",
        "            pass",
        "        time.sleep(random.uniform(0, delay))",
        f"        delay = min(2 * delay, {cap})",
        "",
        "",
        "connection = connect()",
    ]


def aio_pika(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    lines = _imports(
        "asyncio",
        "os" if endpoint.username is not None else "",
        "ssl" if endpoint.tls else "",
        "random" if asked.retries else "",
        others=("import aio_pika", "", "", "async def main():"),
    )
    lines += [f"    {line}" for line in _ssl_context(asked)] if endpoint.tls else []
    lines += [
        "    connection = await aio_pika.connect_robust(",
        f"        host={python(endpoint.host)},",
        f"        port={endpoint.port},",
        f"        virtualhost={python(endpoint.vhost)},",
    ]
    if endpoint.username is not None:
        lines += [f"        login={python(endpoint.username)},", f"        password={_FROM_ENVIRONMENT},"]
    lines += ["        ssl=True,", "        ssl_context=context,"] if endpoint.tls else []
    lines.append(f"        heartbeat={asked.beat},")
    lines += [f"        timeout={tuning.attempt_s},"] if tuning.attempt_s is not None else []
    if asked.retries is not None:
        first, cap = asked.retries
        # one fixed pause for each process: what differs is the process
        lines.append(f"        reconnect_interval=random.uniform({first}, {cap}),")
    lines.append("    )")
    lines.append(f"    channel = await connection.channel({'publisher_confirms=True' if tuning.confirms else ''})")
    lines += [f"    await channel.set_qos(prefetch_count={tuning.prefetch})"] if tuning.prefetch is not None else []
    return joined([*lines, "    await channel.close()", "    await connection.close()", "", "", "asyncio.run(main())"])


def celery(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    urls = []
    for each in asked.hosts:
        tail = f"{each.authority}/{encode(endpoint.vhost)}"
        if endpoint.username is None:
            urls.append(python(f"amqp://{tail}"))
        else:
            urls.append(f"{python(f'amqp://{encode(endpoint.username)}:')} + password + {python(f'@{tail}')}")
    standard = ["os" if endpoint.username is not None else "", "ssl" if endpoint.tls else ""]
    lines = _imports(*standard, others=())
    if endpoint.username is not None:
        lines = [*lines[:-1], "from urllib.parse import quote", "", f'password = quote({_FROM_ENVIRONMENT}, safe="")']
    if len(urls) > 1:
        lines += ["broker_url = [", *(f"    {url}," for url in urls), "]"]
    else:
        lines.append(f"broker_url = {urls[0]}")
    lines.append(f"broker_heartbeat = {asked.beat}")
    lines += [f"broker_connection_timeout = {tuning.attempt_s}"] if tuning.attempt_s is not None else []
    lines += ["broker_connection_retry_on_startup = True"] if asked.retries else []
    lines += [f"worker_prefetch_multiplier = {tuning.prefetch}"] if tuning.prefetch is not None else []
    lines += ['broker_transport_options = {"confirm_publish": True}'] if tuning.confirms else []
    if endpoint.tls:
        names = {"ca": "ca_certs", "cert": "certfile", "key": "keyfile"}
        lines += ["broker_use_ssl = {", '    "cert_reqs": ssl.CERT_REQUIRED,']
        lines += [f"    {python(names[name])}: {python(path)}," for name, path in asked.tls_files]
        lines += [f'    "server_hostname": {python(asked.one_name)},'] if asked.one_name else []
        lines.append("}")
    return joined(lines)


def paho(asked: Asked) -> str:
    endpoint, settings, tuning = asked.endpoint, asked.settings, asked.tuning
    version = {"3.1": "MQTTv31", "5": "MQTTv5"}.get(settings.mqtt_version, "MQTTv311")
    named = f", client_id={python(settings.client_id)}" if settings.client_id else ""
    more = ', transport="websockets"' if endpoint.transport == "websocket" else ""
    keeps = tuning.clean is False
    if keeps and version != "MQTTv5":
        more += ", clean_session=False"
    lines = _imports(
        "os" if endpoint.username is not None else "",
        "random" if asked.retries else "",
        others=("import paho.mqtt.client as mqtt",),
    )
    if keeps and version == "MQTTv5":
        lines += ["from paho.mqtt.packettypes import PacketTypes", "from paho.mqtt.properties import Properties"]
    lines += [
        "",
        f"client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2{named}, protocol=mqtt.{version}{more})",
    ]
    if endpoint.username is not None:
        lines.append(f"client.username_pw_set({python(endpoint.username)}, {_FROM_ENVIRONMENT})")
    if endpoint.tls:
        names = {"ca": "ca_certs", "cert": "certfile", "key": "keyfile"}
        lines.append(f"client.tls_set({', '.join(f'{names[n]}={python(path)}' for n, path in asked.tls_files)})")
    if endpoint.transport == "websocket":
        lines.append(f"client.ws_set_options(path={python(endpoint.path or '/')})")
    lines += [f"client.connect_timeout = {float(tuning.connect_s)}"] if tuning.connect_s is not None else []
    lines += [f"client.max_inflight_messages_set({tuning.in_flight})"] if tuning.in_flight is not None else []
    place = f"{python(endpoint.host)}, {endpoint.port}, keepalive={asked.beat}"
    if keeps and version == "MQTTv5":
        place += ", clean_start=False, properties=properties"
        lines += [
            "properties = Properties(PacketTypes.CONNECT)",
            f"properties.SessionExpiryInterval = {tuning.session_expiry_s or 0}",
        ]
    if asked.retries is None:
        return joined([*lines, f"client.connect({place})", "client.loop_forever()"])
    first, cap = asked.retries
    return joined(
        [
            *lines,
            # paho's own delay has no jitter: each process gets its own cap
            f"client.reconnect_delay_set(min_delay={first}, max_delay=random.randint({max(first, cap // 2)}, {cap}))",
            "",
            "",
            "def on_connect(client, userdata, flags, reason, properties):",
            "    if reason.is_failure:  # trying again would not help, and may lock the account",
            "        client.disconnect()",
            "",
            "",
            "client.on_connect = on_connect",
            f"client.connect_async({place})",
            "client.loop_forever(retry_first_connection=True)",
        ]
    )
