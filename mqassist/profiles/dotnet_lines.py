"""Connect lines of .NET's clients: RabbitMQ.Client 7 and MQTTnet. Option names are the libraries' own."""

from __future__ import annotations

from mqassist.core.endpoint import Endpoint
from mqassist.profiles.asked import Asked, joined
from mqassist.profiles.literals import VARIABLE, plain

_FROM_ENVIRONMENT = f'Environment.GetEnvironmentVariable("{VARIABLE}")'


def dotnet_amqp(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    lines = ["var factory = new ConnectionFactory", "{", f"    HostName = {plain(endpoint.host)},",
             f"    Port = {endpoint.port},", f"    VirtualHost = {plain(endpoint.vhost)},"]  # fmt: skip
    if endpoint.username is not None:
        lines += [f"    UserName = {plain(endpoint.username)},", f"    Password = {_FROM_ENVIRONMENT},"]
    lines.append(f"    RequestedHeartbeat = TimeSpan.FromSeconds({asked.beat}),")
    bounds = (
        ("RequestedConnectionTimeout", tuning.connect_s),
        ("HandshakeContinuationTimeout", tuning.handshake_s),
    )
    lines += [f"    {name} = TimeSpan.FromSeconds({value})," for name, value in bounds if value is not None]
    if asked.retries is not None:
        first, cap = asked.retries
        pause = f"{first} + Random.Shared.NextDouble() * {cap - first}"
        lines.append(f"    NetworkRecoveryInterval = TimeSpan.FromSeconds({pause}),")
    if endpoint.tls:
        lines.append(f"    Ssl = new SslOption {{ Enabled = true, ServerName = {plain(asked.server_name)} }},")
    lines.append("};")
    if len(asked.hosts) > 1:
        lines += ["AmqpTcpEndpoint[] nodes =", "[", *(f"    {_node(asked, each)}," for each in asked.hosts), "];"]
    given = "nodes" if len(asked.hosts) > 1 else ""
    lines.append(f"await using var connection = await factory.CreateConnectionAsync({given});")
    if asked.retries is not None:
        confirmed = "publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true"
        how = f"new CreateChannelOptions({confirmed})" if tuning.confirms else ""
        lines.append(f"await using var channel = await connection.CreateChannelAsync({how});")
        lines += [f"await channel.BasicQosAsync(0, {tuning.prefetch}, false);"] if tuning.prefetch is not None else []
    return joined(lines)


def _node(asked: Asked, each: Endpoint) -> str:
    tls = f", new SslOption({plain(asked.one_name or each.host)}, enabled: true)" if each.tls else ""
    return f"new AmqpTcpEndpoint({plain(each.host)}, {each.port}{tls})"


def dotnet_mqtt(asked: Asked) -> str:
    settings, tuning, endpoint = asked.settings, asked.tuning, asked.endpoint
    server = f".WithTcpServer({plain(endpoint.host)}, {endpoint.port})"
    if endpoint.transport == "websocket":
        url = plain(f"{endpoint.scheme}://{endpoint.authority}{endpoint.path}")
        server = f".WithWebSocketServer(web => web.WithUri({url}))"
    lines = ["var options = new MqttClientOptionsBuilder()", f"    {server}"]
    if settings.client_id:
        lines.append(f"    .WithClientId({plain(settings.client_id)})")
    if endpoint.username is not None:
        lines.append(f"    .WithCredentials({plain(endpoint.username)}, {_FROM_ENVIRONMENT})")
    lines.append(f"    .WithKeepAlivePeriod(TimeSpan.FromSeconds({asked.beat}))")
    if tuning.attempt_s is not None:
        lines.append(f"    .WithTimeout(TimeSpan.FromSeconds({tuning.attempt_s}))")
    five = settings.mqtt_version == "5"
    if tuning.clean is False:
        lines.append("    .WithCleanStart(false)" if five else "    .WithCleanSession(false)")
    if tuning.session_expiry_s is not None:
        lines.append(f"    .WithSessionExpiryInterval({tuning.session_expiry_s})")
    lines += ["    .WithProtocolVersion(MqttProtocolVersion.V500)"] if five else []
    if endpoint.tls:
        lines.append(f"    .WithTlsOptions(tls => tls.UseTls().WithTargetHost({plain(asked.server_name)}))")
    lines += ["    .Build();", "var client = new MqttClientFactory().CreateMqttClient();"]
    return joined([*lines, "await client.ConnectAsync(options);"])
