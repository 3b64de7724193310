"""What pasted texts mean: whose they are, who refused whom, what leads and what follows, and what is not known."""
# ruff: noqa: ISC004, Q003, E501 - texts stand here as they are pasted

from __future__ import annotations

import pytest

from mqassist.core.explained import ADDRESS, VERSION, Explanation
from mqassist.services import Services, build_services

SERVICES = build_services("en")


def explain(text: str, services: Services = SERVICES) -> Explanation:
    return services.explain(text)


def named(text: str) -> list[str]:
    return [candidate.cause for candidate in explain(text).candidates]


INVENTED = [
    ("worker-3 Socket failed to connect: <socket fd=9>; error=111 (Connection refused)", "net.connection-refused"),
    ("app_1 | Error: connect ECONNREFUSED 172.31.0.3:5672\n    at TCPConnectWrap.afterConnect (net.js:1141:16)",
     "net.connection-refused"),
    ('{"message":"Caused by: ShutdownSignalException: (reply-code=530, reply-text=NOT_ALLOWED - access to vhost '
     "'/billing' refused for user 'svc', class-id=10)\"}", "auth.vhost-access-denied"),
    ("由于目标计算机积极拒绝，无法连接。 [::1]:1883 (localhost:1883)", "net.connection-refused"),
    ("SocketException (10060): 由于连接方在一段时间后没有正确答复或连接的主机没有反应，连接尝试失败。",
     "net.connect-timeout"),
    ("Ein Verbindungsversuch ist fehlgeschlagen, da die Gegenstelle nach einer bestimmten Zeitspanne nicht richtig "
     "reagiert hat", "net.connect-timeout"),
    ("求助：MQTTX 连 emqx 一直提示 Error: Connection refused: Not authorized，密码都对啊", "mqtt.not-authorized"),
    ("Aug 12 10:22:11 gw mosquitto[812]: Client meter-9 already connected, closing old connection.",
     "mqtt.client-id-collision"),
    ("Failed to dial: dial tcp: lookup rabbitmq.default.svc.cluster.local on 10.96.0.10:53: no such host",
     "dns.name-not-found"),
    ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "tls.unknown-ca"),
    ("Feb 10 04:00:01 mq1 kernel: Out of memory: Killed process 2231 (beam.smp) total-vm:9021180kB",
     "host.oom-or-crash"),
    ("amqp.exceptions.PreconditionFailed: (406, \"PRECONDITION_FAILED - unknown delivery tag 12\")",
     "amqp.unknown-delivery-tag"),
    ("[client] (403) ACCESS_REFUSED - Login was refused using authentication mechanism AMQPLAIN.",
     "auth.bad-credentials"),
    ("thread 'main' panicked: IOError(Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" })",
     "net.connection-refused"),
    ("WebSocket connection to 'wss://mq.example.com:8883/' failed: net::ERR_CERT_AUTHORITY_INVALID", "tls.unknown-ca"),
    ("PLAIN login refused: user '$(MQ_USER)' - invalid credentials", "input.unexpanded-variable"),
    ("ValueError: invalid literal for int() with base 10: 'tcp://10.96.12.12:5672'", "input.k8s-env-clash"),
    ("Error: getaddrinfo ENOTFOUND mqtt", "dns.name-not-found"),
    ("Error: getaddrinfo ENOTFOUND https", "input.host-has-scheme-or-path"),
    ("consumer ack timed out on channel 4", "amqp.consumer-timeout"),
    ("esp-tls: couldn't get hostname for :mq.example.net: getaddrinfo() returns 202", "dns.name-not-found"),
    ("System NOT running to use fully qualified hostnames", "cluster.hostname-mismatch"),
    ("OSError: Tunnel connection failed: 407 Proxy Authentication Required", "proxy.authentication-required"),
    ("\x1b[31mError:\x1b[0m connect \x1b[1mETIMEDOUT\x1b[0m 10.9.8.7:8883", "net.connect-timeout"),
    ("Traceback: ssl.SSLError: [SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure", "tls.handshake-failure"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cause"), INVENTED, ids=[cause for _, cause in INVENTED])
def test_texts_in_many_wrappings_lead_to_their_cause(text: str, cause: str) -> None:
    assert named(text)[:1] == [cause]


HEALTHY = [
    "2024-03-01 10:00:00.000 [info] <0.500.0> accepting AMQP connection <0.500.0> (10.0.0.1:1 -> 10.0.0.2:5672)\n"
    "2024-03-01 10:00:05.000 [info] <0.500.0> closing AMQP connection <0.500.0> (10.0.0.1:1 -> 10.0.0.2:5672)",
    "1700000000: mosquitto version 2.0.15 starting\n1700000000: Opening ipv4 listen socket on port 1883.\n"
    "1700000000: mosquitto version 2.0.15 running",
    "EMQX 5.0.9 is running now!\nListener ssl:default on 0.0.0.0:8883 started.",
    "1700000001: New client connected from 10.0.0.7:41234 as sensor (p2, c1, k60, u'app').\n"
    "1700000009: Client sensor disconnected.",
]


STEPS = [
    ("Error reading data. Received 0 instead of expected 7 bytes\nin StreamIO.php line 161\n"
     "at AbstractConnection->x_open('shop', '', false) in AbstractConnection.php", "auth.vhost-not-found"),
    ("AMQPRuntimeException: Error reading data. Received 0 instead of expected 7 bytes", "amqp.handshake-closed"),
    ("The connection timed out after 3 sec while awaiting incoming data", "amqp.handshake-timeout"),
    ("ConnectionForced(None, 'Too many heartbeats missed', None, '')", "heartbeat.missed"),
    ("amqp.exceptions.ConnectionForced: CONNECTION_FORCED - Closed via management plugin", "amqp.connection-forced"),
    ("pub -H tcp://127.0.0.1/ -p 1883\nsocket.gaierror: [Errno -2] Name or service not known",
     "input.host-has-scheme-or-path"),
    ("zigbee2mqtt server: mqtt://mq:1883\nError: getaddrinfo ENOTFOUND mq", "dns.name-not-found"),
    ("Client mosq/q sending CONNECT\nOpenSSL Error: error:14094413:SSL routines:ssl3_read_bytes:"
     "sslv3 alert unsupported certificate\nError: A TLS error occurred.", "tls.client-certificate-wrong-purpose"),
    ("1582138400: OpenSSL Error: error:14094413:SSL routines:ssl3_read_bytes:sslv3 alert unsupported certificate",
     "tls.certificate-wrong-purpose"),
    ("php-amqplib: Invalid frame type 21", "proto.plaintext-to-tls-port"),
    ("php-amqplib: Invalid frame type 65", "proto.wrong-protocol"),
    ("paho client.py: sock.do_handshake()\n  File \"ssl.py\", line 1309, in do_handshake\n"
     "ConnectionResetError: [Errno 104] Connection reset by peer", "tls.handshake-aborted"),
    ("com.rabbitmq.client: java.net.SocketException: Connection reset\n"
     "\tat java.net.SocketInputStream.read(SocketInputStream.java:186)", "net.connection-reset"),
    ("java.net.BindException: Cannot assign requested address\n\tat sun.nio.ch.Net.bind0(Native Method)",
     "host.listen-address-unavailable"),
    ("java.net.BindException: Cannot assign requested address: connect", "net.ephemeral-ports-exhausted"),
    ("Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces", "host.file-permission-denied"),
    ("Cookie file /var/lib/rabbitmq/.erlang.cookie must be accessible by owner only", "host.cookie-permissions"),
    ("1700000000: Client connection from 10.0.0.7 failed: error:0A000126:SSL routines::unexpected eof while reading",
     "tls.handshake-aborted"),
    ("msg: frame_parse_failed, peername: 10.0.0.7:5000, input_bytes: <<\"AMQP\",0,0,9,1>>, reason: malformed_packet",
     "proto.amqp-to-mqtt-port"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cause"), STEPS)
def test_the_step_and_the_side_decide_what_the_same_words_mean(text: str, cause: str) -> None:
    assert named(text)[:1] == [cause]


DEBUG_LINES = [
    "[2024-05-01 10:00:00,100: DEBUG/MainProcess] Start from server, version: 0.9, properties: {'capabilities': "
    "{'publisher_confirms': True, 'connection.blocked': True, 'authentication_failure_close': True}}, celery",
    'TRACE lapin: server_properties: {"capabilities": FieldTable({"authentication_failure_close": Boolean(true), '
    '"connection.blocked": Boolean(true), "publisher_confirms": Boolean(true)})',
    "DEBUG:pika.callback:Added: {'callback': <bound method BlockingChannel._on_consumer_cancelled_by_broker>}",
    "  mqttjs:client MqttClient :: options.rejectUnauthorized undefined +0ms",
    "V (12750) MQTT_CLIENT: mqtt_message_receive: transport_read(): no data or EOF\nD (12790) MQTT_CLIENT: PING sent",
    "amqplib connection options: {timeout: 0, connectionTimeout: 30000, rejectUnauthorized: true}",
    "DEBUG:pika.heartbeat:Received 12 heartbeat frames, sent 12, idle intervals 0",
]
"""What libraries write while all is well, with the words of errors in the names of capabilities and of settings."""


@pytest.mark.parametrize("text", DEBUG_LINES)
def test_what_libraries_note_down_raises_no_alarm(text: str) -> None:
    assert explain(text).cause is None


@pytest.mark.parametrize("text", HEALTHY)
def test_routine_raises_no_alarm(text: str) -> None:
    explained = explain(text)
    assert explained.outcome == "healthy"
    assert explained.cause is None


def test_what_is_not_known_is_said_with_what_to_add() -> None:
    explained = explain("flux capacitor overload at 88 mph")
    assert (explained.outcome, explained.cause, explained.marks) == ("unknown", None, ())
    assert "explain.collect.whole-text" in [text.key for text in explained.collect]
    assert explain("2024-01-01 [error] <0.1.0> something nobody has seen before").outcome == "unknown"
    assert explain("  \n ").outcome == "empty"


def test_an_alert_is_the_verdict_of_the_other_side() -> None:
    alert = "SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca"
    assert named(f'File "app.py", line 3\nssl.SSLError: {alert}')[0] == "tls.client-certificate-rejected"
    assert named(f"1655431305: OpenSSL Error[0]: error:14094418:{alert}")[0] == "tls.unknown-ca"
    sent = "TLS server: In state certify at ssl_handshake.erl:1 generated SERVER ALERT: Fatal - Unknown CA"
    assert named(sent)[0] == "tls.client-certificate-rejected"
    assert named(sent.replace("generated SERVER", "received CLIENT"))[0] == "tls.unknown-ca"


def test_a_distractor_is_folded_and_named_as_such() -> None:
    explained = explain(
        "0: Starting in local only mode. Connections will only be possible\n0: Error: Address already in use"
    )
    assert explained.cause == "host.port-in-use"
    assert "mqtt.local-only-mode" in explained.folded
    assert "explain.note.local-only" in [note.key for note in explained.notes]


def test_an_effect_is_folded_under_its_cause() -> None:
    explained = explain(
        "Exception (406) Reason: \"PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/'\"\n"
        'Exception (504) Reason: "channel/connection is not open"'
    )
    assert explained.cause == "amqp.precondition-failed"
    assert "amqp.channel-not-open" in explained.folded
    assert named('Exception (504) Reason: "channel/connection is not open"') == ["amqp.channel-not-open"]


def test_several_problems_are_told_in_the_order_of_what_to_fix() -> None:
    explained = explain(
        "2024-01-01 [warning] <0.1.0> closing AMQP connection: client unexpectedly closed TCP connection\n"
        "2024-01-01 [error] <0.2.0> PLAIN login refused: user 'a' - invalid credentials\n"
        "2024-01-01 [error] <0.3.0> operation queue.declare caused a channel exception not_found: no queue 'x' in vhost '/'\n"
    )
    assert [candidate.cause for candidate in explained.candidates][:2] == [
        "auth.bad-credentials",
        "amqp.queue-not-found",
    ]
    assert [candidate.standing for candidate in explained.candidates][:2] == ["root", "problem"]


def test_what_a_library_hides_is_said_and_the_candidates_are_ranked() -> None:
    explained = explain('dial: Exception (403) Reason: "no access to this vhost"')
    assert [candidate.cause for candidate in explained.candidates][:3] == [
        "auth.vhost-not-found", "auth.vhost-access-denied", "auth.user-connection-limit",
    ]  # fmt: skip
    assert "explain.note.go-530" in [note.key for note in explained.notes]
    assert all(candidate.confidence < 0.9 for candidate in explained.candidates)
    assert "explain.collect.broker-log" in [text.key for text in explained.collect]


def test_marks_point_at_the_words_that_prove_it() -> None:
    text = "first line\nthen: connect ECONNREFUSED 10.0.0.5:5672 again\n"
    explained = explain(text)
    mark = explained.marks[0]
    assert (mark.letter, mark.line) == ("A", 2)
    assert "ECONNREFUSED" in explained.text[mark.start : mark.end]
    assert explained.candidates[0].letters == ("A",)


def test_the_same_line_a_hundred_times_is_marked_once() -> None:
    explained = explain("\n".join(f"{at} connect ECONNREFUSED 10.0.0.5:5672" for at in range(100)))
    assert [mark.phrase for mark in explained.marks] == ["net.refused", ADDRESS]
    assert explained.marks[0].times == 100


@pytest.mark.parametrize(
    ("text", "url", "given"),
    [
        ("connecting to amqps://orders@mq.example.com:5671/prod\nno access to this vhost",
         "amqps://orders@mq.example.com:5671/prod", {"host", "port", "user", "vhost"}),
        ("Error: connect ECONNREFUSED 10.1.2.3:1883\n MQTT.js", "mqtt://10.1.2.3:1883", {"host", "port"}),
        ("accepting AMQP connection (10.0.0.7:5 -> 10.0.0.5:5672)\nPLAIN login refused: user 'app' - invalid credentials",
         "amqp://app@10.0.0.5:5672", {"host", "port", "user"}),
        ("getaddrinfo ENOTFOUND mqtt.example.net\n    at MqttClient.<anonymous>", "mqtt://mqtt.example.net:1883", {"host"}),
        ("MassTransit: Connect failed: guest@localhost:5672/pizza", "amqp://guest@localhost:5672/pizza",
         {"host", "port", "user", "vhost"}),
        ("mosquitto_sub -h 192.168.4.23 -p 8883 -u dev -P secret\nUnable to connect (A TLS error occurred.).",
         "mqtts://dev@192.168.4.23:8883", {"host", "port", "user"}),
        ("amqplib: { code: 'ECONNREFUSED',\n address: '172.18.0.3',\n port: 5672 }", "amqp://172.18.0.3:5672",
         {"host", "port"}),
        ("MqttException: failed to connect to /10.0.2.2 (port 1883): ECONNREFUSED", "mqtt://10.0.2.2:1883", {"host", "port"}),
        ("amqp: dial tcp: lookup rabbit.prod on 10.0.0.2:53: no such host", "amqp://rabbit.prod:5672", {"host"}),
        ("mqtt: refused it [::ffff:10.2.2.2]:8883", "mqtts://[::ffff:10.2.2.2]:8883", {"host", "port"}),
    ],
)  # fmt: skip
def test_the_endpoint_is_taken_from_the_text(text: str, url: str, given: set[str]) -> None:
    target = explain(text).target
    assert target is not None
    assert target.url == url
    assert given <= set(target.given)
    assert target.dialable


def test_the_address_of_a_client_is_not_taken_for_the_brokers() -> None:
    target = explain(
        "1732100000: New connection from 10.0.0.8:51532 on port 8883.\n1732100000: Client a disconnected, not authorised."
    ).target
    assert target is not None
    assert (target.host, target.port, target.scheme, target.dialable) == ("", 8883, "mqtts", False)


def test_the_end_of_a_line_is_no_line() -> None:
    assert [explain(text).lines for text in ("a", "a\n", "a\nb\n", "")] == [1, 1, 2, 0]


def test_a_word_before_a_port_is_not_a_host() -> None:
    target = explain(
        "1732100000: Opening ipv4 listen socket on port 1883.\n1732100000: Error: Address already in use"
    ).target
    assert target is not None
    assert (target.host, target.port, target.dialable) == ("", 1883, False)


def test_library_and_version_are_recognised() -> None:
    explained = explain("no access to this vhost\ngithub.com/rabbitmq/amqp091-go v1.10.0")
    assert (explained.product, explained.version) == ("amqp091-go (Go)", "1.10.0")


@pytest.mark.parametrize(
    ("text", "note", "cause"),
    [
        ("{bad_header,<<22,3,1,2,0,1,0,1>>}", "tls-hello", "proto.tls-to-plaintext-port"),
        ("{bad_header,<<\"GET / HT\">>}", "http", "proto.http-to-amqp-port"),
        ("{bad_header,<<1,0,0,0,0,0,11,0>>}", "no-header", "proto.wrong-protocol"),
        ('at_state: <<"clean">>, input_bytes: <<"GET /mqtt HTTP/1.1', "http", "proto.http-to-mqtt-port"),
        ('{emqx_frame,parse_packet,[<<"T / HTTP/1.1">>', "http", "proto.http-to-mqtt-port"),
        ("TLS server: generated SERVER ALERT - {unsupported_record_type,16}", "mqtt-connect", "proto.plaintext-to-tls-port"),
        ("0000   20 02 00 05", "mqtt-connack", "mqtt.not-authorized"),
        ("received 15 03 03 00 02 02 30 and closed", "tls-alert", "tls.unknown-ca"),
        ("Frame data:<<22,3,1,2,0,1,0,1,252,3,3>> emqx", "tls-hello", "proto.tls-to-plaintext-port"),
    ],
)  # fmt: skip
def test_bytes_are_decoded(text: str, note: str, cause: str) -> None:
    explained = explain(text)
    assert f"explain.bytes.{note}" in [text.key for text in explained.notes]
    assert cause in [candidate.cause for candidate in explained.candidates]


def test_quotes_of_forums_and_of_json_do_not_hide_the_words() -> None:
    plain = "vhost: access to vhost 'prod' refused for user 'app'"
    assert named(plain.replace("'", "’"))[0] == "auth.vhost-access-denied"
    assert named('{"log":"Exception (403) Reason: \\"no access to this vhost\\"\\n"}')[0] == "auth.vhost-not-found"
    assert named("no route &lt;x&gt; &quot;ECONNREFUSED&quot; 10.0.0.5:5672")[0] == "net.connection-refused"


def test_files_in_other_encodings_are_read() -> None:
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        explained = SERVICES.explain_bytes("由于目标计算机积极拒绝，无法连接。".encode(encoding))
        assert explained.cause == "net.connection-refused", encoding


def test_endpoint_and_version_are_marked_in_the_order_of_the_text() -> None:
    explained = explain(
        "pika 1.3.2: connecting to amqp://app:s3cret@mq.example.com:5672/prod\n"
        "(403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN"
    )
    assert [(mark.letter, mark.phrase) for mark in explained.marks] == [
        ("A", VERSION), ("B", ADDRESS), ("C", "reply.login"),
    ]  # fmt: skip
    assert explained.candidates[0].letters == ("C",)
    for mark in explained.marks:
        assert "s3cret" not in mark.excerpt
        assert explained.text[mark.start : mark.end].startswith(mark.excerpt[:5])
    assert explain("nothing is wrong with amqp://mq.example.com").marks == ()


WRITTEN_OTHERWISE = [
    ("{&quot;error&quot;: &quot;NOT_ALLOWED - vhost prod not found&quot;}", "auth.vhost-not-found"),
    ("access to vhost \\u0027prod\\u0027 refused: NOT_ALLOWED - access to vhost \\u0027prod\\u0027 refused for user "
     "\\u0027app\\u0027", "auth.vhost-access-denied"),
    ("dial tcp 10.0.0.5:5672: connect: connection ref\nused while connecting to rabbitmq for the sec\nond time of three",
     "net.connection-refused"),
    ("mq_1  | > [31mError:[0m &lt;&lt; connect ECONNREFUSED 10.0.0.5:1883 &gt;&gt;", "net.connection-refused"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cause"), WRITTEN_OTHERWISE)
def test_escapes_and_broken_lines_change_nothing(text: str, cause: str) -> None:
    assert named(text)[:1] == [cause]


PLAIN_WORDS = [
    ("rabbit-worker: credentials were rejected", "auth.bad-credentials"),
    ("mqtt: reasonCode(rawValue: -121)", "mqtt.not-authorized"),
    ("mqtt client gave up: the broker closed the connection", "net.connection-lost"),
    ("Err(Io(Os { code: 111, kind: ConnectionRefused }))", "net.connection-refused"),
    ("Error Domain=NSPOSIXErrorDomain Code=61", "net.connection-refused"),
    ("   at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26)", "dns.name-not-found"),
]


@pytest.mark.parametrize(("text", "cause"), PLAIN_WORDS)
def test_any_program_is_understood_by_codes_names_and_plain_words(text: str, cause: str) -> None:
    assert named(text)[:1] == [cause]


@pytest.mark.parametrize(
    "text",
    [
        "ERROR 1040 (HY000): Too many connections",
        "FATAL:  password authentication failed for user postgres",
        "redis.exceptions.AuthenticationError: NOAUTH Authentication required.",
        "TopicAuthorizationException: Not authorized to access topics: [orders]",
        "Segmentation fault (core dumped)",
        "unable to resolve dependency tree",
        "your session expired, please log in again",
        "java.lang.NullPointerException: Cannot invoke String.length()",
    ],
)
def test_texts_of_other_worlds_are_not_known(text: str) -> None:
    assert explain(text).cause is None


@pytest.mark.parametrize(
    "text",
    [
        "mqtt: Connection timeout period is 5000 milliseconds, keep alive 20 seconds",
        "mqtt: Disconnect on no ping response is disabled",
        "mqtt: using ping timeout of 8000 ns",
        "mqtt error count: 0, failed publishes: 0",
        "rabbit: Trying to connect with server 'localhost:5672' (Timeout=00:00:10)",
        "[info] <0.1.0> Waiting for Mnesia tables for 30000 ms, 9 retries left",
    ],
)
def test_settings_and_counts_raise_no_alarm(text: str) -> None:
    assert explain(text).cause is None


def test_names_of_services_before_the_lines_tear_nothing_apart() -> None:
    lines = "{failed_to_start_child,ranch_acceptors_sup,\n  {listen_error,{acceptor,{0,0,0,0},5671},\n     no_cert}}"
    composed = "\n".join(f"td.rabbitmq_1  | {line}" for line in lines.split("\n"))
    explained = explain(composed)
    assert explained.cause == explain(lines).cause == "host.certificate-unreadable"
    assert explained.text == composed


NAMES_OF_ERRORS = [
    ("mqttclient.ConnectException: ConnectionRefusedBadUsernameOrPassword", "mqtt.bad-credentials"),
    ("mqtt worker failed: MY_LIB_IDENTIFIER_REJECTED", "mqtt.client-id-rejected"),
    ("amqps error: InvalidCertificate(UnknownIssuer)", "tls.unknown-ca"),
]


@pytest.mark.parametrize(("text", "cause"), NAMES_OF_ERRORS)
def test_names_of_errors_are_read_as_the_words_they_are_made_of(text: str, cause: str) -> None:
    explained = explain(text)
    assert explained.cause == cause
    mark = next(mark for mark in explained.marks if cause in mark.of)
    assert text[mark.start : mark.end] in text.split(" ", 1)[1]


def test_names_of_functions_in_a_stack_are_no_words() -> None:
    assert explain("mqtt error\n    at com.example.AuthorizationErrorHandler.check(Handler.java:1)").cause is None


def test_the_answer_of_the_broker_explains_the_librarys_refused() -> None:
    explained = explain(
        'amqp: connection refused by server: "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."'
    )
    assert (explained.cause, explained.folded) == ("auth.bad-credentials", ())


@pytest.mark.parametrize(
    ("text", "cause", "folded"),
    [
        ('amqp: Exception (320) Reason: "CONNECTION_FORCED - Node was put into maintenance mode"', "cluster.maintenance",
         "amqp.connection-forced"),
        ("NOT_ALLOWED - access to vhost 'prod' refused for user 'app': vhost 'prod' is down", "amqp.vhost-down",
         "auth.vhost-access-denied"),
        ("Channel closed by server: 403 (ACCESS-REFUSED) with message \"ACCESS_REFUSED - queue 'jobs' in vhost '/' in "
         "exclusive use\"", "amqp.exclusive-consumer", "auth.permission-denied"),
    ],
)  # fmt: skip
def test_of_one_answer_of_the_broker_the_last_words_say_most(text: str, cause: str, folded: str) -> None:
    explained = explain(text)
    assert explained.cause == cause
    assert folded in explained.folded


def test_two_answers_on_two_lines_are_two_problems() -> None:
    text = "PLAIN login refused: user 'a' - invalid credentials\nrabbit: NOT_FOUND - no queue 'x' in vhost '/'"
    assert named(text)[:2] == ["auth.bad-credentials", "amqp.queue-not-found"]


def test_lines_put_together_must_say_more_than_they_said_apart() -> None:
    text = (
        "[warning] Quorum queue recovery: configured member of queue 'jobs' in vhost 'fastedge_dev'\n"
        "was not found on this node. Starting member as a new one. Context: name_not_registered"
    )
    assert explain(text).cause == "cluster.queue-leader-unavailable"


def test_a_wrapping_guess_stands_beside_nothing_better() -> None:
    explained = explain("mqtt: connect failed: read tcp 10.0.0.4:51234->52.1.2.3:8883: read: connection reset by peer")
    assert explained.cause == "net.connection-reset"
    assert {candidate.standing for candidate in explained.candidates[1:]} == {"possible"}
    assert "net.connection-refused" not in [candidate.cause for candidate in explained.candidates]


def test_an_address_has_no_name_to_be_found() -> None:
    assert "dns.name-not-found" in named("mqtt: connection attempt failed")
    assert "dns.name-not-found" not in named("mqtt://10.0.0.5:1883: mqtt connection attempt failed")


def test_settled_words_take_no_guesses_from_vaguer_ones() -> None:
    text = (
        "Queue.declare: (406) PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'jobs' in vhost '/': "
        "received none but current is the value 60000 of type signedint"
    )
    assert named(text) == ["amqp.precondition-failed"]


def test_no_broker_logs_a_name_that_was_not_found() -> None:
    candidate = explain("mqtt: getaddrinfo ENOTFOUND mq.example.net").candidates[0]
    assert (candidate.cause, candidate.log_lines) == ("dns.name-not-found", ())


def test_a_guess_that_nobody_was_reached_gives_way_to_words_of_tls() -> None:
    text = "MQT: TLS connection error: 296\nMQT: Connect failed to mq.example.com:443, rc -2. Retry in 10 sec"
    assert named(text)[0].startswith("tls.")
    surely = "esp-tls: [sock=54] delayed connect error: Host is unreachable\nMQTT_CLIENT: Error transport connect"
    assert named(surely)[0] == "net.host-unreachable"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("amqplib: Socket closed abruptly during opening handshake amqp://mq:15672", "proto.management-port"),
        ("amqplib: Socket closed abruptly during opening handshake amqp://mq:5672", "amqp.handshake-closed"),
        ("mqtt.js Error: connack timeout mqtt://mq.example.com:8883", "proto.plaintext-to-tls-port"),
        ("mqtt.js Error: connack timeout mqtts://mq.example.com:8883", "mqtt.connack-timeout"),
        ("amqp: connect ECONNREFUSED 10.0.0.5:15672 amqp://10.0.0.5:15672", "net.connection-refused"),
        ("rabbit: login refused, 403 ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN amqp://mq:5671",
         "auth.bad-credentials"),
        ("mqtt: connection lost tcp://mq:8883", "net.connection-lost"),
        ("mqtt.js Error: connack timeout mqtt://a:8883 then mqtt://a:1883", "mqtt.connack-timeout"),
    ],
)  # fmt: skip
def test_an_address_that_is_wrong_by_itself_says_why_nothing_came_back(text: str, cause: str) -> None:
    assert explain(text).cause == cause


def test_how_it_ended_leads_nothing_that_tells_why() -> None:
    ended = 'Create connection error: "Socket closed abruptly during opening handshake."\n'
    alert = "[notice] <0.852.0> TLS server: In state wait_finished received CLIENT ALERT: Fatal - Certificate Unknown"
    assert explain(ended).cause == "amqp.handshake-closed"
    assert explain(ended + alert).cause == "tls.unknown-ca"


def test_a_channel_that_is_gone_follows_from_what_closed_it() -> None:
    explained = explain(
        "Bunny::AccessRefused: ACCESS_REFUSED - queue 'q1' in vhost '/' in exclusive use\n"
        "Recovering from connection.close (CHANNEL_ERROR - expected 'channel.open')"
    )
    assert explained.cause == "amqp.exclusive-consumer"
    assert "amqp.channel-not-open" in explained.folded


def test_a_guess_folds_no_certainty() -> None:
    text = "BOOT: {shutdown,{failed_to_start_child,ranch_server,x}}\nmqtt: connect ECONNREFUSED 10.0.0.5:1883"
    explained = explain(text)
    assert explained.cause == "net.connection-refused"
    assert "host.service-not-running" in explained.folded


def test_the_systems_own_refused_is_no_answer() -> None:
    assert explain("mqtt (Not authorized): connect ECONNREFUSED 172.18.0.3:8883").cause == "net.connection-refused"


def test_a_connection_that_the_broker_shows_was_not_refused() -> None:
    guess = "MQTT connection...failed, rc=-2 try again in 5 seconds\n"
    shown = "1491637310: New connection from 10.0.0.7:4 on port 1883.\n1491637310: Client <unknown> disconnected due to protocol error."
    assert explain(guess).cause == "net.connection-refused"
    explained = explain(guess + shown)
    assert explained.cause == "proto.wrong-protocol"
    assert "net.connection-refused" not in (*explained.folded, *named(guess + shown))


def test_what_only_a_wrapping_error_guesses_is_not_said_to_follow() -> None:
    text = "MqttCommunicationException: Error while connecting with host x:8883.\n ---> RemoteCertificateNameMismatch"
    explained = explain(text)
    assert explained.cause == "tls.hostname-mismatch"
    assert "net.connection-refused" not in explained.folded


@pytest.mark.parametrize(
    "text",
    [
        "psql: error: connection to server at localhost, port 5432 failed: Connection refused",
        "npm ERR! code ECONNREFUSED",
        "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        "kubelet: dial tcp 10.96.0.1:443: connect: connection refused",
        'connect() failed (111: Connection refused) while connecting to upstream, request: "GET / HTTP/1.1"',
        'HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm="x"',
        "rabbitmq_channel_messages_unroutable_returned_total 0",
        'emqx_client_auth_failure{node="a"} 0',
        "tests/test_mqtt.py::test_bad_username_or_password PASSED",
        "MQTT_CONNECTION_TIMEOUT=10",
        '    case MQTT_CONNECT_UNAUTHORIZED: Serial.println("mqtt: not authorized");',
        "    print('mqtt: bad user name or password')",
    ],
)
def test_other_servers_counters_settings_and_code_are_no_failures(text: str) -> None:
    assert explain(text).cause is None


def test_another_server_beside_the_broker_hides_nothing() -> None:
    text = "redis: ready on 6379\nmqtt: connect ECONNREFUSED 10.0.0.5:1883"
    assert explain(text).cause == "net.connection-refused"


SECOND_LINE = [
    ("mqtt adapter: bridge said the password is not correct", "mqtt.bad-credentials"),
    ("amqp: QueueDeclare failed: 405", "amqp.queue-exclusive"),
    ("rabbit: vhost prod is missing", "auth.vhost-not-found"),
    ("amqps: validity: certificate has expired", "tls.certificate-expired"),
]


@pytest.mark.parametrize(("text", "cause"), SECOND_LINE)
def test_unknown_programs_are_understood(text: str, cause: str) -> None:
    assert explain(text).cause == cause
