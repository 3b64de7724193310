"""Who wrote a line: the client or the broker, and of which protocol a text is.

The same words mean opposite things from the two sides, and nothing at all in texts of other programs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.explained import Side
from mqassist.explain.sayings import Product

READ = 60_000
"""Characters that are read to tell whose text it is."""

_BROKER_LINE = re.compile(
    r"\[(?:debug|info|infor|notice|noti|warning|warn|error|erro|critical|crit|alert)\] <\d{1,6}\.\d{1,9}\.\d{1,6}>"
    r"|^=(?:ERROR|INFO|WARNING|CRASH|SUPERVISOR|PROGRESS|NOTICE)\b[^\n]{0,40}===="
    r"|^\s{0,8}\d{9,10}: |^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d: |\bmosquitto(?:\[\d+\])?: "
    r"|\bTLS server: In state|\bgenerated SERVER ALERT|\breceived CLIENT ALERT"
    r"|\"pid\"\s{0,3}:\s{0,3}\"<\d+\.\d+\.\d+>\"|\{bad_header,|\{handshake_(?:timeout|error),|\bmfa: |\besockd\w*"
    r"|\[(?:error|warning|info|notice)\] \S{1,200} \[(?:MQTT|Channel|Session|WS-MQTT|Protocol|CM)\]"
    r"|\bOpenSSL Error(?:\[\d\])?: |\bemqx(?:@|_\w+)|\brabbit@|\brabbit_\w+|\bsupport\w*_sup\b|\bRanch\b",
    re.IGNORECASE | re.MULTILINE,
)
_CLIENT_LINE = re.compile(
    r"Traceback \(most recent call last\)|^\s{1,12}at [\w$.<>]{2,200}[( ]|^\s{1,12}File \"|\bException in thread\b"
    r"|\bgoroutine \d+ \[|^\s{0,4}(?:Caused by:|--->)|\bnode_modules\b|\bsite-packages\b|^#\d+ +\S"
    r"|\bClient \S{1,200} sending (?:CONNECT|SUBSCRIBE|PUBLISH|PINGREQ)\b"
    r"|\b(?:com\.rabbitmq\.client|org\.springframework|RabbitMQ\.Client|pika\.|paho|php-amqplib|amqplib|kombu|celery|bunny)\b"
    r"|^Error: |\bmosquitto_(?:pub|sub)\b",
    re.IGNORECASE | re.MULTILINE,
)

_EITHER_LINE = re.compile(r"OpenSSL Error(?:\[\d\])?: ")
"""What libmosquitto writes in the same words on both sides; only a broker's log puts the time before it."""

WORLD_READ = 2_000_000
"""Characters that are read to tell of which protocol a text is."""
_WORLD_WORDS = {
    "amqp": (
        "amqp", "rabbit", "celery", "kombu", "bunny", "lapin", "masstransit", "easynetq", "rebus", "nservicebus",
        "qpid", "servicebus", "artemis", "lavinmq", ":5672", ":5671", "oslo_messaging", "oslo.messaging", "dramatiq",
        "pika", "proton.", "exchange.declare", "queue.declare", "/rhea/", "solace", "activemq",
    ),
    "mqtt": (
        "mqtt", "mosquitto", "emqx", "tasmota", "esphome", "zigbee2", "hivemq", "vernemq", "nanomq", "paho",
        "pubsubclient", ":1883", ":8883", "mqt:", "iot hub", "iothub", "azure-devices",
        "azure.devices", "aws_iot", "awsiot", "aws-iot",
        "connack", "suback", "puback", "pingresp", "disconnect with reason", "homeassistant", "home assistant",
    ),
}  # fmt: skip
_EITHER = (
    "beam.smp", "heap_alloc", "oomkilled", "code=dumped", "code=killed", "message broker", "message queue",
    "message bus", "messaging", "msg broker",
)  # fmt: skip
OTHER = "other"
"""The world of a text that speaks of another kind of server and not of a broker."""
_OTHER_SERVERS = re.compile(
    r"\b(?:psql|postgres\w{0,6}|pgsql|mysql\w{0,4}|mariadb|redis|mongo(?:db)?|kafka|zookeeper|elasticsearch|cassandra"
    r"|etcd|npm err|registry\.npmjs|docker\.io|pypi\.org|github\.com/\S{1,80}\.git|git (?:fetch|clone|pull|push)"
    r"|sshd|kubelet|reflector\.go|jenkins|hudson|gradle|smtp|imap)\b"
    r"|\bssh: |\bgrpc: |pymongo|nginx: \[emerg\]|(?<=[a-z\d\])]):(?:3306|5432|6379|9092|9200|27017)\b"
    r"|request: \"[a-z]{3,7} [^\"\n]{1,200} http/|www-authenticate: |curl\.se/docs"
    r"|\bport (?:22|3306|5432|6379|9092|9200|27017)\b"
)

_SOURCE_CODE = re.compile(
    r"\s{0,60}(?:case \w+:|#define |"
    r"(?:print|puts|echo|printf|println|Serial\.\w{5,8}|console\.\w{3,6}|log(?:ger|ging)?\.\w{4,9})\(f?[\"'])"
)
_NO_REPORT = re.compile(
    r"[A-Za-z0-9]+(?:[_.][A-Za-z0-9]+){2,12}(?:\{[^}\n]{0,300}\})? (?:: )?-?\d+(?:\.\d+)?\s*$"
    r"|(?:export )?[A-Z][A-Z0-9_]{2,80}=(?!\S{0,200}://)[^\s$]{0,200}\s*$"
    r"|.{1,300} (?:PASSED|passed|ok)\s*$|\s{0,40}[✓✔]"
)


def reports(line: str) -> bool:
    """Whether the line may tell of something that happened: a piece of a program, a counter, a setting or a test that
    passed does not, whatever its name."""
    return _SOURCE_CODE.match(line) is None and _NO_REPORT.match(line) is None


def speaker(seen: str, products: Sequence[tuple[Product, re.Match[str]]]) -> Side:
    """Of the text as a whole; "" where nothing tells."""
    head = seen[:READ]
    broker = len(_BROKER_LINE.findall(head)) + 2 * sum(product.side == "broker" for product, _ in products)
    client = len(_CLIENT_LINE.findall(head)) + 2 * sum(product.side == "client" for product, _ in products)
    if broker == client:
        return "broker" if broker and _BROKER_LINE.match(head) else ""
    return "broker" if broker > client else "client"


def side_of(line: str, whole: Side) -> Side:
    """Of one line; the whole text decides where the line does not tell, and the client where nothing does."""
    broker, client = _BROKER_LINE.search(line) is not None, _CLIENT_LINE.search(line) is not None
    if broker != client and not (whole == "client" and _EITHER_LINE.match(line)):
        return "broker" if broker else "client"
    return whole or "client"


def worlds(seen: str, products: Sequence[tuple[Product, re.Match[str]]]) -> frozenset[str]:
    """Which of "amqp" and "mqtt" the text is of, with "broker" if it is of either; only OTHER if it is of neither and
    names a server of another kind."""
    lower = seen[:WORLD_READ].lower()
    found = {product.protocol for product, _ in products if product.protocol}
    found |= {world for world, words in _WORLD_WORDS.items() if any(word in lower for word in words)}
    of_a_broker = found or bool(products) or any(word in lower for word in _EITHER)
    if of_a_broker:
        return frozenset({*found, "broker"})
    of_another = _OTHER_SERVERS.search(lower) is not None and _BROKER_LINE.search(seen[:READ]) is None
    return frozenset({OTHER} if of_another else ())
