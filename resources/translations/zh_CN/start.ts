<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>StartPage</name>
    <message>
        <source>Open a broker&apos;s log</source>
        <translation>打开 Broker 日志</translation>
    </message>
    <message>
        <source>AMQP broker</source>
        <translation>AMQP Broker</translation>
    </message>
    <message>
        <source>MQTT broker</source>
        <translation>MQTT Broker</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check {name} at {url}</source>
        <translation>检查 {url} 上的 {name}</translation>
    </message>
    <message>
        <source>listens on {ip}, port {ports}; this computer only</source>
        <translation>监听 {ip}，端口 {ports}，仅限本机</translation>
    </message>
    <message>
        <source>listens on port {ports}</source>
        <translation>监听端口 {ports}</translation>
    </message>
    <message>
        <source>Read…</source>
        <translation>读取…</translation>
    </message>
    <message>
        <source>Read {name}</source>
        <translation>读取 {name}</translation>
    </message>
    <message>
        <source>in the folder you started from, one broker</source>
        <translation>在启动时所在的文件夹里，1 个 Broker</translation>
    </message>
    <message>
        <source>in the folder you started from, {count} brokers</source>
        <translation>在启动时所在的文件夹里，{count} 个 Broker</translation>
    </message>
    <message>
        <source>What cannot connect?</source>
        <translation>什么连不上？</translation>
    </message>
    <message>
        <source>Paste a broker URL, an error or a whole settings file. The answer names one cause, who has to act, and the proof.</source>
        <translation>粘贴 Broker 地址、报错或整份配置文件。答案会给出一个原因、该由谁处理，以及证据。</translation>
    </message>
    <message>
        <source>Address, error or settings</source>
        <translation>地址、报错或配置</translation>
    </message>
    <message>
        <source>amqps://user@host:5671/vhost  or anything else</source>
        <translation>amqps://user@host:5671/vhost  或其他任何内容</translation>
    </message>
    <message>
        <source>Diagnose</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>例如</translation>
    </message>
    <message>
        <source>Guide me</source>
        <translation>带我一步步查</translation>
    </message>
    <message>
        <source>A few questions, then layer by layer in plain words.</source>
        <translation>几个问题，然后逐层用大白话讲清楚。</translation>
    </message>
    <message>
        <source>Open a log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>RabbitMQ, Mosquitto, EMQX. Gigabytes are fine.</source>
        <translation>RabbitMQ、Mosquitto、EMQX，几个 GB 也没问题。</translation>
    </message>
    <message>
        <source>Practise first</source>
        <translation>先练练手</translation>
    </message>
    <message>
        <source>Healthy and broken endpoints, on this computer.</source>
        <translation>在本机上的好端点和坏端点。</translation>
    </message>
    <message>
        <source>Found on this computer</source>
        <translation>在本机找到的</translation>
    </message>
    <message>
        <source>looked at open local ports and known settings files, nothing was contacted</source>
        <translation>只看了本机打开的端口和常见配置文件，没有连接任何地方</translation>
    </message>
    <message>
        <source>Nothing is sent anywhere</source>
        <translation>不向任何地方发送内容</translation>
    </message>
    <message>
        <source>Checks only read, until you allow more</source>
        <translation>在你允许之前，检查只读取</translation>
    </message>
</context>
</TS>
