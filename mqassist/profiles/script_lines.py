"""Connect lines of the clients of Node.js, PHP and Ruby, and of mosquitto's tools. Option names are their own."""

from __future__ import annotations

from mqassist.profiles.asked import Asked, joined
from mqassist.profiles.literals import VARIABLE, plain, shell, single_quoted

_FROM_NODE = f"process.env.{VARIABLE}"


def amqplib(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    options = [
        f"  protocol: {plain(endpoint.scheme)},",
        f"  hostname: {plain(endpoint.host)},",
        f"  port: {endpoint.port},",
        f"  vhost: {plain(endpoint.vhost)},",
    ]
    if endpoint.username is not None:
        options += [f"  username: {plain(endpoint.username)},", f"  password: {_FROM_NODE},"]
    options.append(f"  heartbeat: {asked.beat},")
    socket = [f"  timeout: {tuning.attempt_s * 1000},", "  noDelay: true,"] if tuning.attempt_s is not None else []
    socket += [f"  servername: {plain(asked.server_name)},"] if endpoint.tls and asked.tls.server_name else []
    socket += [f"  {name}: fs.readFileSync({plain(path)})," for name, path in asked.tls_files]
    lines = ['const amqp = require("amqplib");', *(['const fs = require("fs");'] if asked.tls_files else []), ""]
    if asked.retries is None:
        head, foot = "const connection = await amqp.connect({", ["}, {", *socket, "});"] if socket else ["});"]
        return joined([*lines, head, *options, *foot])
    first, cap = (seconds * 1000 for seconds in asked.retries)
    lines += ["const options = {", *options, "};"]
    lines += ["const socket = {", *socket, "};", ""] if socket else ["const socket = {};", ""]
    lines += [
        "async function connect() {",
        f"  for (let delay = {first}; ; delay = Math.min(2 * delay, {cap})) {{",
        "    try {",
        "      return await amqp.connect(options, socket);",
        "    } catch (error) {",
        "      // trying again would not help, and may lock the account",
        "      if (/terminated by server: (403|530)/.test(error.message)) throw error;",
        "      await new Promise((done) => setTimeout(done, Math.random() * delay));",
        "    }",
        "  }",
        "}",
        "",
        "const connection = await connect();",
        f"const channel = await connection.{'createConfirmChannel' if tuning.confirms else 'createChannel'}();",
    ]
    lines += [f"await channel.prefetch({tuning.prefetch});"] if tuning.prefetch is not None else []
    return joined(lines)


def mqtt_js(asked: Asked) -> str:
    settings, tuning, endpoint = asked.settings, asked.tuning, asked.endpoint
    version = {"3.1": 3, "5": 5}.get(settings.mqtt_version, 4)
    options = [f"  protocolVersion: {version},", f"  keepalive: {asked.beat},"]
    options += [f"  connectTimeout: {tuning.attempt_s * 1000},"] if tuning.attempt_s is not None else []
    if asked.retries is not None:
        first, cap = (seconds * 1000 for seconds in asked.retries)
        options.append(f"  reconnectPeriod: Math.round({first} + Math.random() * {cap - first}),")
    if settings.client_id:
        options.append(f"  clientId: {plain(settings.client_id)},")
    options += ["  clean: false,"] if tuning.clean is False else []
    if tuning.session_expiry_s is not None:
        options.append(f"  properties: {{ sessionExpiryInterval: {tuning.session_expiry_s} }},")
    if endpoint.username is not None:
        options += [f"  username: {plain(endpoint.username)},", f"  password: {_FROM_NODE},"]
    if len(asked.hosts) > 1:
        places = ", ".join(f"{{ host: {plain(each.host)}, port: {each.port} }}" for each in asked.hosts)
        options.append(f"  servers: [{places}],")
    options += [f"  {name}: fs.readFileSync({plain(path)})," for name, path in asked.tls_files]
    head = ['const mqtt = require("mqtt");', *(['const fs = require("fs");'] if asked.tls_files else [])]
    url = f"{endpoint.scheme}://{endpoint.authority}{endpoint.path}"
    return joined([*head, "", f"const client = mqtt.connect({plain(url)}, {{", *options, "});"])


def php(asked: Asked) -> str:
    """php-amqplib 3.2 and later. It demands read and write timeouts of at least two heartbeats."""
    endpoint, tuning = asked.endpoint, asked.tuning
    calls = [
        f"setHost({single_quoted(endpoint.host)})",
        f"setPort({endpoint.port})",
        f"setVhost({single_quoted(endpoint.vhost)})",
    ]
    if endpoint.username is not None:
        calls += [f"setUser({single_quoted(endpoint.username)})", f"setPassword(getenv('{VARIABLE}'))"]
    calls += [f"setHeartbeat({asked.beat})", f"setReadTimeout({2 * asked.beat})", f"setWriteTimeout({2 * asked.beat})"]
    calls += [f"setConnectionTimeout({tuning.connect_s})"] if tuning.connect_s is not None else []
    if endpoint.tls:
        names = {"ca": "setSslCaCert", "cert": "setSslCert", "key": "setSslKey"}
        calls += ["setIsSecure(true)", "setSslVerify(true)", "setSslVerifyName(true)"]
        calls += [f"{names[name]}({single_quoted(path)})" for name, path in asked.tls_files]
    lines = [
        "<?php",
        "use PhpAmqpLib\\Connection\\AMQPConnectionConfig;",
        "use PhpAmqpLib\\Connection\\AMQPConnectionFactory;",
        "",
        "$config = new AMQPConnectionConfig();",
        *(f"$config->{call};" for call in calls),
        "$connection = AMQPConnectionFactory::create($config);",
    ]
    if asked.retries is not None:
        lines.append("$channel = $connection->channel();")
        lines += [f"$channel->basic_qos(0, {tuning.prefetch}, false);"] if tuning.prefetch is not None else []
        lines += ["$channel->confirm_select();"] if tuning.confirms else []
    return joined(lines)


def bunny(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    options = [f"  host: {single_quoted(endpoint.host)},", f"  port: {endpoint.port},"]
    if len(asked.hosts) > 1:
        options = [f"  addresses: [{', '.join(single_quoted(each.authority) for each in asked.hosts)}],"]
    options.append(f"  vhost: {single_quoted(endpoint.vhost)},")
    if endpoint.username is not None:
        options += [f"  user: {single_quoted(endpoint.username)},", f"  pass: ENV.fetch('{VARIABLE}'),"]
    options.append(f"  heartbeat: {asked.beat},")
    options += [f"  connection_timeout: {tuning.connect_s},"] if tuning.connect_s is not None else []
    if asked.retries is not None:
        first, cap = asked.retries
        options.append(f"  network_recovery_interval: rand({first}.0..{cap}.0),")
    if endpoint.tls:
        files = dict(asked.tls_files)
        options += ["  tls: true,", "  verify_peer: true,"]
        options += [f"  tls_ca_certificates: [{single_quoted(files['ca'])}],"] if "ca" in files else []
        options += [f"  tls_{name}: {single_quoted(files[name])}," for name in ("cert", "key") if name in files]
    lines = ["require 'bunny'", "", "connection = Bunny.new(", *options, ")", "connection.start"]
    if asked.retries is not None:
        lines.append("channel = connection.create_channel")
        lines += [f"channel.prefetch({tuning.prefetch})"] if tuning.prefetch is not None else []
        lines += ["channel.confirm_select"] if tuning.confirms else []
    return joined(lines)


def mosquitto(asked: Asked) -> str:
    settings, tuning, endpoint = asked.settings, asked.tuning, asked.endpoint
    words: list[str | None] = ["mosquitto_pub", "-h", endpoint.host, "-p", str(endpoint.port)]
    if endpoint.username is not None:
        words += ["-u", endpoint.username, "-P", None]
    files = dict(asked.tls_files)
    if endpoint.tls:
        words += ["--cafile", files["ca"]] if "ca" in files else ["--tls-use-os-certs"]
        for name in ("cert", "key"):
            words += [f"--{name}", files[name]] if name in files else []
    version = {"3.1": "mqttv31", "5": "mqttv5"}.get(settings.mqtt_version)
    words += ["-V", version] if version else []
    words += ["-i", settings.client_id] if settings.client_id else []
    words += ["-c"] if tuning.clean is False else []
    words += ["-x", str(tuning.session_expiry_s)] if tuning.session_expiry_s is not None else []
    words += ["-M", str(tuning.in_flight)] if tuning.in_flight is not None else []
    words += ["--nodelay"] if asked.retries is not None else []
    words += ["-k", str(asked.beat), "-q", str(settings.qos), "-t", settings.topic or "test/topic", "-m", "hello"]
    return shell(words) + "\n"
