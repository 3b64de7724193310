"""Where the rules are from: specifications, brokers' and libraries' own documentation. A name and an address."""

from __future__ import annotations

RTO = "RFC 6298 §2.2–2.4, §5.5: https://www.rfc-editor.org/rfc/rfc6298"
"""Retransmission: R = SRTT + 4 × RTTVAR, at least 1 s, doubled at every repeat."""
SYN = "RFC 6298 §2.1, §5.5: https://www.rfc-editor.org/rfc/rfc6298"
"""The first SYN is repeated after 1 s, then after 2 s, then after 4 s more."""
NAGLE = "RFC 896, RFC 9293 §3.7.4: https://www.rfc-editor.org/rfc/rfc9293#section-3.7.4"
TLS_NAME = "RFC 9525 §2: https://www.rfc-editor.org/rfc/rfc9525"

HEARTBEATS = "RabbitMQ, heartbeats: https://www.rabbitmq.com/docs/heartbeats"
"""5 to 20 s serve most environments, below 5 s false alarms are likely; frames every half of it, two missed are too
many; the client may lower the broker's value; switching it off is discouraged."""
TUNE = "AMQP 0-9-1 §4.2.7, connection.tune: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf"
PIKA = "pika, connection parameters: https://pika.readthedocs.io/en/stable/modules/parameters.html"
PIKA_BEAT = "pika/heartbeat.py: https://github.com/pika/pika/blob/main/pika/heartbeat.py"
NETWORKING = "RabbitMQ, networking: https://www.rabbitmq.com/docs/networking"
"""handshake_timeout is 10 s unless set otherwise."""
CONFIRMS = "RabbitMQ, acknowledgements and confirms: https://www.rabbitmq.com/docs/confirms"
"""A prefetch of 100 to 300 usually gives the best throughput without overwhelming consumers."""
BLOCKED = "RabbitMQ, blocked connections: https://www.rabbitmq.com/docs/connection-blocked"
EXCLUSIVE = "RabbitMQ, exclusive queues: https://www.rabbitmq.com/docs/queues#exclusive-queues"
MESSAGE_SIZE = "RabbitMQ, configuration (max_message_size): https://www.rabbitmq.com/docs/configure"
FRAME_41 = "RabbitMQ 4.1, release notes: https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/4.1.0.md"
CHANNELS = "RabbitMQ, channels: https://www.rabbitmq.com/docs/channels"
CLUSTER = "RabbitMQ, clients of a cluster: https://www.rabbitmq.com/docs/clustering#clients"

MQTT_3 = "MQTT 3.1.1: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html"
"""§3.1.2.10: the server ends a connection that was silent for one and a half times the Keep Alive."""
MQTT_5 = "MQTT 5: https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html"
"""§3.1.2.10 as above; §3.2.2.3.14: a server's Keep Alive replaces the client's."""
PAHO = "paho-mqtt, Client: https://eclipse.dev/paho/files/paho.mqtt.python/html/client.html"
"""keepalive 60, max_inflight_messages 20, reconnect delay from 1 to 120 s unless set otherwise."""

JITTER = "AWS, backoff and jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"
LINUX_TCP = "tcp(7): https://man7.org/linux/man-pages/man7/tcp.7.html"
"""tcp_keepalive_time is 7200 s unless set otherwise."""

WINDOWS_TCP = "Microsoft, KeepAliveTime: https://learn.microsoft.com/previous-versions/windows/it-pro/windows-2000-server/cc957549(v=technet.10)"
"""7,200,000 ms unless set otherwise."""

NGINX_HTTP = "nginx: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout"
NGINX_STREAM = "nginx: https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_timeout"
NLB = "AWS: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
AZURE = "Azure: https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset"
