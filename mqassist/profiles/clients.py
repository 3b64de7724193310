"""The clients that there are connect lines for, by protocol, the most usual first."""

from __future__ import annotations

from mqassist.core.endpoint import Protocol
from mqassist.profiles.asked import Maker
from mqassist.profiles.dotnet_lines import dotnet_amqp, dotnet_mqtt
from mqassist.profiles.go_lines import go_amqp, go_mqtt
from mqassist.profiles.jvm_lines import java_amqp, java_mqtt, spring
from mqassist.profiles.python_lines import aio_pika, celery, paho, pika
from mqassist.profiles.script_lines import amqplib, bunny, mosquitto, mqtt_js, php

_AMQP: tuple[Maker, ...] = (
    ("pika", "Python · pika", "python", pika),
    ("java-amqp", "Java · amqp-client", "java", java_amqp),
    ("spring", "Spring · application.properties", "properties", spring),
    ("amqplib", "Node.js · amqplib", "javascript", amqplib),
    ("celery", "Celery · settings", "python", celery),
    ("go-amqp", "Go · amqp091-go", "go", go_amqp),
    ("dotnet-amqp", ".NET · RabbitMQ.Client", "csharp", dotnet_amqp),
    ("aio-pika", "asyncio · aio-pika", "python", aio_pika),
    ("php-amqplib", "PHP · php-amqplib", "php", php),
    ("bunny", "Ruby · Bunny", "ruby", bunny),
)
_MQTT: tuple[Maker, ...] = (
    ("paho", "Python · paho-mqtt", "python", paho),
    ("java-mqtt", "Java · Eclipse Paho", "java", java_mqtt),
    ("mqtt-js", "Node.js · MQTT.js", "javascript", mqtt_js),
    ("go-mqtt", "Go · paho.mqtt.golang", "go", go_mqtt),
    ("dotnet-mqtt", ".NET · MQTTnet", "csharp", dotnet_mqtt),
    ("mosquitto", "mosquitto_pub", "shell", mosquitto),
)
LINES: dict[Protocol, tuple[Maker, ...]] = {"amqp": _AMQP, "mqtt": _MQTT}
