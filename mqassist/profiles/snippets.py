"""A profile as something to paste: URL, command, and the connect lines of common clients. A password is never in it
unless it was given, and every value is quoted as its language demands."""

from __future__ import annotations

import json
from collections.abc import Callable
from shlex import quote

from mqassist.core.endpoint import Endpoint
from mqassist.core.percent import encode
from mqassist.core.profile import Profile, with_password
from mqassist.core.secret import MASK, Secret
from mqassist.core.snippet import Snippet

PLACE_HOLDER = "PASSWORD"
"""What stands for the password in code: a mask would not be typed over."""


def as_url(profile: Profile, password: Secret | None = None, *, masked: bool = False) -> str:
    if password is not None:
        return with_password(profile.url, password)
    endpoint = profile.endpoint
    if masked and endpoint is not None and endpoint.username is not None:
        return with_password(profile.url, Secret("")).replace(":@", f":{MASK}@", 1)
    return profile.url


def as_command(profile: Profile) -> str:
    """`mqassist check …` that does the same elsewhere, where the profile is not known. No secret in it."""
    settings = profile.settings
    words = ["mqassist", "check", *profile.urls()]
    endpoint = profile.endpoint
    if endpoint is not None and endpoint.username is not None:
        words.append("--password-stdin")
    tls = settings.tls
    given: list[tuple[str, object]] = [
        ("--ca", tls.ca), ("--cert", tls.cert), ("--key", tls.key), ("--server-name", tls.server_name),
        ("--client-id", settings.client_id),
        ("--mqtt-version", settings.mqtt_version if settings.mqtt_version != "3.1.1" else None),
        ("--queue", settings.queue), ("--queue-arguments", settings.queue_arguments),
        ("--exchange", settings.exchange), ("--routing-key", settings.routing_key),
        ("--will-topic", settings.will_topic), ("--message-size", settings.message_size or None),
        ("--topic", settings.topic), ("--qos", settings.qos if settings.qos != 1 else None),
        ("--heartbeat", settings.heartbeat), ("--proxy", settings.proxy), ("--management", settings.management),
        ("--timeout", f"{settings.timeout:g}" if settings.timeout != 5.0 else None),
        ("--login-tries", settings.max_login_tries if settings.max_login_tries != 3 else None),
    ]  # fmt: skip
    for flag, value in given:
        if value is not None:
            words += [flag, str(value)]
    for log in settings.logs:
        words += ["--log", log]
    words += [flag for flag, is_on in (("--no-verify", not tls.verify), ("--read-only", settings.read_only)) if is_on]
    return " ".join(quote(word) for word in words)


def snippets(profile: Profile) -> tuple[Snippet, ...]:
    """Those that fit the profile's protocol."""
    endpoint = profile.endpoint
    if endpoint is None:
        return ()
    makers = _AMQP if endpoint.protocol == "amqp" else _MQTT
    return tuple(Snippet(id_, title, language, make(profile, endpoint)) for id_, title, language, make in makers)


def _py(value: object) -> str:
    """A Python literal in double quotes, as formatters write it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    """A string literal that Java, JavaScript and C# read alike."""
    return json.dumps(value, ensure_ascii=True)


def _beat(profile: Profile) -> int:
    return 60 if profile.settings.heartbeat is None else profile.settings.heartbeat


def _pika(profile: Profile, endpoint: Endpoint) -> str:
    tls = profile.settings.tls
    lines = ["import pika"]
    if endpoint.tls:
        ca = f"cafile={_py(tls.ca)}" if tls.ca else ""
        lines += ["import ssl", "", f"context = ssl.create_default_context({ca})"]
        if tls.cert:
            key = f", {_py(tls.key)}" if tls.key else ""
            lines.append(f"context.load_cert_chain({_py(tls.cert)}{key})")
    lines += [
        "",
        "parameters = pika.ConnectionParameters(",
        f"    host={_py(endpoint.host)},",
        f"    port={endpoint.port},",
        f"    virtual_host={_py(endpoint.vhost)},",
    ]
    if endpoint.username is not None:
        lines.append(f"    credentials=pika.PlainCredentials({_py(endpoint.username)}, {_py(PLACE_HOLDER)}),")
    if endpoint.tls:
        name = tls.server_name or endpoint.host
        lines.append(f"    ssl_options=pika.SSLOptions(context, {_py(name)}),")
    lines += [f"    heartbeat={_beat(profile)},", ")", "connection = pika.BlockingConnection(parameters)"]
    return "\n".join(lines) + "\n"


def _java_amqp(profile: Profile, endpoint: Endpoint) -> str:
    lines = [
        "ConnectionFactory factory = new ConnectionFactory();",
        f"factory.setHost({_text(endpoint.host)});",
        f"factory.setPort({endpoint.port});",
        f"factory.setVirtualHost({_text(endpoint.vhost)});",
    ]
    if endpoint.username is not None:
        lines += [f"factory.setUsername({_text(endpoint.username)});", f"factory.setPassword({_text(PLACE_HOLDER)});"]
    lines.append(f"factory.setRequestedHeartbeat({_beat(profile)});")
    if endpoint.tls:
        # without enableHostnameVerification() any name in the certificate would do
        lines += ["factory.useSslProtocol(SSLContext.getDefault());", "factory.enableHostnameVerification();"]
    lines.append("Connection connection = factory.newConnection();")
    return "\n".join(lines) + "\n"


def _spring(profile: Profile, endpoint: Endpoint) -> str:
    hosts = [f"{endpoint.authority}", *profile.hosts]
    lines = [
        f"spring.rabbitmq.addresses={','.join(hosts)}",
        f"spring.rabbitmq.virtual-host={_property(endpoint.vhost)}",
    ]
    if endpoint.username is not None:
        lines += [
            f"spring.rabbitmq.username={_property(endpoint.username)}",
            "spring.rabbitmq.password=${MQ_PASSWORD}",
        ]
    if endpoint.tls:
        lines.append("spring.rabbitmq.ssl.enabled=true")
    lines.append(f"spring.rabbitmq.requested-heartbeat={_beat(profile)}s")
    return "\n".join(lines) + "\n"


def _property(value: str) -> str:
    """java.util.Properties, and ${…} of Spring, which has no escape of its own."""
    escaped = value.replace("\\", "\\\\")
    return "".join(char if 0x20 <= ord(char) < 0x7F else _utf16_escapes(char) for char in escaped)


def _utf16_escapes(char: str) -> str:
    data = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at] << 8 | data[at + 1]:04x}" for at in range(0, len(data), 2))


def _amqplib(profile: Profile, endpoint: Endpoint) -> str:
    options = [
        f"  protocol: {_text(endpoint.scheme)},",
        f"  hostname: {_text(endpoint.host)},",
        f"  port: {endpoint.port},",
        f"  vhost: {_text(endpoint.vhost)},",
    ]
    if endpoint.username is not None:
        options += [f"  username: {_text(endpoint.username)},", "  password: process.env.MQ_PASSWORD,"]
    options.append(f"  heartbeat: {_beat(profile)},")
    head = ['const amqp = require("amqplib");', "", "const connection = await amqp.connect({"]
    return "\n".join([*head, *options, "});"]) + "\n"


def _celery(profile: Profile, endpoint: Endpoint) -> str:
    login = "" if endpoint.username is None else f"{encode(endpoint.username)}:{PLACE_HOLDER}@"
    url = f"amqp://{login}{endpoint.authority}/{encode(endpoint.vhost)}"
    lines = [f"broker_url = {_py(url)}", f"broker_heartbeat = {_beat(profile)}"]
    if endpoint.tls:
        lines.insert(0, "import ssl\n")
        tls = profile.settings.tls
        files = [("ca_certs", tls.ca), ("certfile", tls.cert), ("keyfile", tls.key)]
        lines += ["broker_use_ssl = {", '    "cert_reqs": ssl.CERT_REQUIRED,']
        lines += [f"    {_py(name)}: {_py(value)}," for name, value in files if value]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _paho(profile: Profile, endpoint: Endpoint) -> str:
    settings = profile.settings
    version = {"3.1": "MQTTv31", "5": "MQTTv5"}.get(settings.mqtt_version, "MQTTv311")
    more = ', transport="websockets"' if endpoint.transport == "websocket" else ""
    name = f", client_id={_py(settings.client_id)}" if settings.client_id else ""
    lines = [
        "import paho.mqtt.client as mqtt",
        "",
        f"client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2{name}, protocol=mqtt.{version}{more})",
    ]
    if endpoint.username is not None:
        lines.append(f"client.username_pw_set({_py(endpoint.username)}, {_py(PLACE_HOLDER)})")
    if endpoint.tls:
        files = [("ca_certs", settings.tls.ca), ("certfile", settings.tls.cert), ("keyfile", settings.tls.key)]
        lines.append(f"client.tls_set({', '.join(f'{key}={_py(value)}' for key, value in files if value)})")
    if endpoint.transport == "websocket":
        lines.append(f"client.ws_set_options(path={_py(endpoint.path or '/')})")
    lines.append(f"client.connect({_py(endpoint.host)}, {endpoint.port}, keepalive={_beat(profile)})")
    lines.append("client.loop_forever()")
    return "\n".join(lines) + "\n"


def _java_mqtt(profile: Profile, endpoint: Endpoint) -> str:
    scheme = {"mqtt": "tcp", "mqtts": "ssl"}.get(endpoint.scheme, endpoint.scheme)
    url = f"{scheme}://{endpoint.authority}{endpoint.path}"
    name = profile.settings.client_id
    client = _text(name) if name else "MqttClient.generateClientId()"
    lines = [f"MqttClient client = new MqttClient({_text(url)}, {client});",
             "MqttConnectOptions options = new MqttConnectOptions();"]  # fmt: skip
    if endpoint.username is not None:
        lines += [f"options.setUserName({_text(endpoint.username)});",
                  f"options.setPassword({_text(PLACE_HOLDER)}.toCharArray());"]  # fmt: skip
    lines += [f"options.setKeepAliveInterval({_beat(profile)});", "client.connect(options);"]
    return "\n".join(lines) + "\n"


def _mqtt_js(profile: Profile, endpoint: Endpoint) -> str:
    settings = profile.settings
    version = {"3.1": 3, "5": 5}.get(settings.mqtt_version, 4)
    options = [f"  protocolVersion: {version},", f"  keepalive: {_beat(profile)},"]
    if settings.client_id:
        options.append(f"  clientId: {_text(settings.client_id)},")
    if endpoint.username is not None:
        options += [f"  username: {_text(endpoint.username)},", "  password: process.env.MQ_PASSWORD,"]
    files = [("ca", settings.tls.ca), ("cert", settings.tls.cert), ("key", settings.tls.key)] if endpoint.tls else []
    options += [f"  {name}: fs.readFileSync({_text(value)})," for name, value in files if value]
    head = ['const mqtt = require("mqtt");', *(['const fs = require("fs");'] if any(v for _, v in files) else [])]
    url = f"{endpoint.scheme}://{endpoint.authority}{endpoint.path}"
    return "\n".join([*head, "", f"const client = mqtt.connect({_text(url)}, {{", *options, "});"]) + "\n"


def _mosquitto(profile: Profile, endpoint: Endpoint) -> str:
    settings = profile.settings
    words = ["mosquitto_pub", "-h", endpoint.host, "-p", str(endpoint.port)]
    if endpoint.username is not None:
        words += ["-u", endpoint.username, "-P", PLACE_HOLDER]
    if endpoint.tls:
        words += ["--cafile", settings.tls.ca] if settings.tls.ca else ["--tls-use-os-certs"]
        for flag, value in (("--cert", settings.tls.cert), ("--key", settings.tls.key)):
            words += [flag, value] if value else []
    version = {"3.1": "mqttv31", "5": "mqttv5"}.get(settings.mqtt_version)
    words += ["-V", version] if version else []
    words += ["-i", settings.client_id] if settings.client_id else []
    words += ["-k", str(_beat(profile)), "-q", str(settings.qos), "-t", settings.topic or "test/topic", "-m", "hello"]
    return " ".join(quote(word) for word in words) + "\n"


def _go(value: str) -> str:
    """A Go literal: its source is UTF-8, and it has no surrogate pairs."""
    return json.dumps(value, ensure_ascii=False)


def _go_tls(profile: Profile, endpoint: Endpoint) -> tuple[list[str], str]:
    """Lines before, and the configuration itself."""
    tls = profile.settings.tls
    parts = [f"ServerName: {_go(tls.server_name or endpoint.host)}"]
    lines: list[str] = []
    if tls.ca:
        lines += ["roots := x509.NewCertPool()", f"pem, err := os.ReadFile({_go(tls.ca)})",
                  "if err != nil {", "\tlog.Fatal(err)", "}", "roots.AppendCertsFromPEM(pem)"]  # fmt: skip
        parts.append("RootCAs: roots")
    if tls.cert and tls.key:
        lines += [f"pair, err := tls.LoadX509KeyPair({_go(tls.cert)}, {_go(tls.key)})",
                  "if err != nil {", "\tlog.Fatal(err)", "}"]  # fmt: skip
        parts.append("Certificates: []tls.Certificate{pair}")
    return lines, f"&tls.Config{{{', '.join(parts)}}}"


def _go_amqp(profile: Profile, endpoint: Endpoint) -> str:
    lines, config = _go_tls(profile, endpoint) if endpoint.tls else ([], "")
    lines += [
        f"connection, err := amqp.DialConfig({_go(f'{endpoint.scheme}://{endpoint.authority}')}, amqp.Config{{",
        f"\tVhost:     {_go(endpoint.vhost)},",
        f"\tHeartbeat: {_beat(profile)} * time.Second,",
    ]
    if endpoint.username is not None:
        login = f'Username: {_go(endpoint.username)}, Password: os.Getenv("MQ_PASSWORD")'
        lines.append(f"\tSASL: []amqp.Authentication{{&amqp.PlainAuth{{{login}}}}},")
    lines += [f"\tTLSClientConfig: {config},"] if config else []
    return "\n".join([*lines, "})"]) + "\n"


def _go_mqtt(profile: Profile, endpoint: Endpoint) -> str:
    lines, config = _go_tls(profile, endpoint) if endpoint.tls else ([], "")
    scheme = {"mqtt": "tcp", "mqtts": "ssl"}.get(endpoint.scheme, endpoint.scheme)
    lines.append(
        f"options := mqtt.NewClientOptions().AddBroker({_go(f'{scheme}://{endpoint.authority}{endpoint.path}')})"
    )
    if profile.settings.client_id:
        lines.append(f"options.SetClientID({_go(profile.settings.client_id)})")
    if endpoint.username is not None:
        lines.append(f'options.SetUsername({_go(endpoint.username)}).SetPassword(os.Getenv("MQ_PASSWORD"))')
    lines.append(f"options.SetKeepAlive({_beat(profile)} * time.Second)")
    lines += [f"options.SetTLSConfig({config})"] if config else []
    return "\n".join([*lines, "client := mqtt.NewClient(options)", "token := client.Connect()"]) + "\n"


def _dotnet_amqp(profile: Profile, endpoint: Endpoint) -> str:
    tls = profile.settings.tls
    lines = ["var factory = new ConnectionFactory", "{", f"    HostName = {_text(endpoint.host)},",
             f"    Port = {endpoint.port},", f"    VirtualHost = {_text(endpoint.vhost)},"]  # fmt: skip
    if endpoint.username is not None:
        lines += [f"    UserName = {_text(endpoint.username)},", f"    Password = {_text(PLACE_HOLDER)},"]
    lines.append(f"    RequestedHeartbeat = TimeSpan.FromSeconds({_beat(profile)}),")
    if endpoint.tls:
        name = _text(tls.server_name or endpoint.host)
        lines.append(f"    Ssl = new SslOption {{ Enabled = true, ServerName = {name} }},")
    return "\n".join([*lines, "};", "await using var connection = await factory.CreateConnectionAsync();"]) + "\n"


def _dotnet_mqtt(profile: Profile, endpoint: Endpoint) -> str:
    settings = profile.settings
    server = f".WithTcpServer({_text(endpoint.host)}, {endpoint.port})"
    if endpoint.transport == "websocket":
        url = _text(f"{endpoint.scheme}://{endpoint.authority}{endpoint.path}")
        server = f".WithWebSocketServer(web => web.WithUri({url}))"
    lines = ["var options = new MqttClientOptionsBuilder()", f"    {server}"]
    if settings.client_id:
        lines.append(f"    .WithClientId({_text(settings.client_id)})")
    if endpoint.username is not None:
        lines.append(f"    .WithCredentials({_text(endpoint.username)}, {_text(PLACE_HOLDER)})")
    lines.append(f"    .WithKeepAlivePeriod(TimeSpan.FromSeconds({_beat(profile)}))")
    if settings.mqtt_version == "5":
        lines.append("    .WithProtocolVersion(MqttProtocolVersion.V500)")
    if endpoint.tls:
        name = _text(settings.tls.server_name or endpoint.host)
        lines.append(f"    .WithTlsOptions(tls => tls.UseTls().WithTargetHost({name}))")
    lines += ["    .Build();", "var client = new MqttClientFactory().CreateMqttClient();"]
    return "\n".join([*lines, "await client.ConnectAsync(options);"]) + "\n"


_Maker = tuple[str, str, str, Callable[[Profile, Endpoint], str]]

_AMQP: tuple[_Maker, ...] = (
    ("pika", "Python · pika", "python", _pika),
    ("java-amqp", "Java · amqp-client", "java", _java_amqp),
    ("spring", "Spring · application.properties", "properties", _spring),
    ("amqplib", "Node.js · amqplib", "javascript", _amqplib),
    ("celery", "Celery · settings", "python", _celery),
    ("go-amqp", "Go · amqp091-go", "go", _go_amqp),
    ("dotnet-amqp", ".NET · RabbitMQ.Client", "csharp", _dotnet_amqp),
)
_MQTT: tuple[_Maker, ...] = (
    ("paho", "Python · paho-mqtt", "python", _paho),
    ("java-mqtt", "Java · Eclipse Paho", "java", _java_mqtt),
    ("mqtt-js", "Node.js · MQTT.js", "javascript", _mqtt_js),
    ("go-mqtt", "Go · paho.mqtt.golang", "go", _go_mqtt),
    ("dotnet-mqtt", ".NET · MQTTnet", "csharp", _dotnet_mqtt),
    ("mosquitto", "mosquitto_pub", "shell", _mosquitto),
)
