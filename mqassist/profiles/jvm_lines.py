"""Connect lines of Java's clients and of Spring. Option names are the libraries' own."""

from __future__ import annotations

from mqassist.profiles.asked import Asked, joined
from mqassist.profiles.literals import VARIABLE, plain, properties

_FROM_ENVIRONMENT = f'System.getenv("{VARIABLE}")'


def java_amqp(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    lines = [
        "ConnectionFactory factory = new ConnectionFactory();",
        f"factory.setHost({plain(endpoint.host)});",
        f"factory.setPort({endpoint.port});",
        f"factory.setVirtualHost({plain(endpoint.vhost)});",
    ]
    if endpoint.username is not None:
        lines += [f"factory.setUsername({plain(endpoint.username)});", f"factory.setPassword({_FROM_ENVIRONMENT});"]
    lines.append(f"factory.setRequestedHeartbeat({asked.beat});")
    if tuning.connect_s is not None:
        lines.append(f"factory.setConnectionTimeout({tuning.connect_s * 1000});")
    if tuning.handshake_s is not None:
        lines.append(f"factory.setHandshakeTimeout({tuning.handshake_s * 1000});")
    if asked.retries is not None:
        first, cap = (seconds * 1000 for seconds in asked.retries)
        longest = f"Math.min({cap}L, {first}L << Math.min(attempt, 16))"
        lines += [
            "factory.setRecoveryDelayHandler(attempt ->",
            f"        1 + ThreadLocalRandom.current().nextLong({longest}));",
        ]
    if endpoint.tls:
        # without enableHostnameVerification() any name in the certificate would do
        lines += ["factory.useSslProtocol(SSLContext.getDefault());", "factory.enableHostnameVerification();"]
    many = len(asked.hosts) > 1
    places = ",\n        ".join(f"new Address({plain(each.host)}, {each.port})" for each in asked.hosts)
    lines += [f"List<Address> nodes = List.of(\n        {places});"] if many else []
    lines.append(f"Connection connection = factory.newConnection({'nodes' if many else ''});")
    if asked.retries is not None:
        lines.append("Channel channel = connection.createChannel();")
        lines += [f"channel.basicQos({tuning.prefetch});"] if tuning.prefetch is not None else []
        lines += ["channel.confirmSelect();"] if tuning.confirms else []
    return joined(lines)


def spring(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    lines = [
        f"spring.rabbitmq.addresses={','.join(each.authority for each in asked.hosts)}",
        f"spring.rabbitmq.virtual-host={properties(endpoint.vhost)}",
    ]
    if endpoint.username is not None:
        lines += [
            f"spring.rabbitmq.username={properties(endpoint.username)}",
            f"spring.rabbitmq.password=${{{VARIABLE}}}",
        ]
    if endpoint.tls:
        lines.append("spring.rabbitmq.ssl.enabled=true")
    lines.append(f"spring.rabbitmq.requested-heartbeat={asked.beat}s")
    if tuning.connect_s is not None:
        lines.append(f"spring.rabbitmq.connection-timeout={tuning.connect_s}s")
    if tuning.prefetch is not None:
        lines.append(f"spring.rabbitmq.listener.simple.prefetch={tuning.prefetch}")
    lines += ["spring.rabbitmq.publisher-confirm-type=correlated"] if tuning.confirms else []
    return joined(lines)


def java_mqtt(asked: Asked) -> str:
    """Paho's library for MQTT 5 has other names, and its passwords are bytes."""
    settings, tuning, endpoint = asked.settings, asked.tuning, asked.endpoint
    five = settings.mqtt_version == "5"
    nobody = '""' if five else "MqttClient.generateClientId()"
    client = plain(settings.client_id) if settings.client_id else nobody
    kind = "MqttConnectionOptions" if five else "MqttConnectOptions"
    urls = [plain(_url(each.scheme, each.authority, each.path)) for each in asked.hosts]
    lines = [f"MqttClient client = new MqttClient({urls[0]}, {client});", f"{kind} options = new {kind}();"]
    if endpoint.username is not None:
        secret = (
            f"{_FROM_ENVIRONMENT}.getBytes(StandardCharsets.UTF_8)" if five else f"{_FROM_ENVIRONMENT}.toCharArray()"
        )
        lines += [f"options.setUserName({plain(endpoint.username)});", f"options.setPassword({secret});"]
    lines += [f"options.setServerURIs(new String[] {{{', '.join(urls)}}});"] if len(urls) > 1 else []
    lines.append(f"options.setKeepAliveInterval({asked.beat});")
    lines += [f"options.setConnectionTimeout({tuning.attempt_s});"] if tuning.attempt_s is not None else []
    if asked.retries is not None:
        lines += ["options.setAutomaticReconnect(true);", f"options.setMaxReconnectDelay({asked.retries[1] * 1000});"]
    if tuning.in_flight is not None and not five:
        lines.append(f"options.setMaxInflight({tuning.in_flight});")
    if tuning.clean is False:
        lines.append("options.setCleanStart(false);" if five else "options.setCleanSession(false);")
    if five and tuning.session_expiry_s is not None:
        lines.append(f"options.setSessionExpiryInterval({tuning.session_expiry_s}L);")
    return joined([*lines, "client.connect(options);"])


def _url(scheme: str, authority: str, path: str) -> str:
    return f"{ {'mqtt': 'tcp', 'mqtts': 'ssl'}.get(scheme, scheme) }://{authority}{path}"
