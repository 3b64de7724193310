"""Connect lines of Go's clients: amqp091-go and paho.mqtt.golang. Option names are the libraries' own."""

from __future__ import annotations

from mqassist.profiles.asked import Asked, joined
from mqassist.profiles.literals import VARIABLE, go

_FROM_ENVIRONMENT = f'os.Getenv("{VARIABLE}")'


def _tls(asked: Asked, name: str) -> tuple[list[str], str]:
    """Lines before, and the configuration itself. Without a `name` each address's own is verified."""
    tls = asked.tls
    parts = [f"ServerName: {go(name)}"] if name else []
    lines: list[str] = []
    if tls.ca:
        lines += ["roots := x509.NewCertPool()", f"pem, err := os.ReadFile({go(tls.ca)})",
                  "if err != nil {", "\tlog.Fatal(err)", "}", "roots.AppendCertsFromPEM(pem)"]  # fmt: skip
        parts.append("RootCAs: roots")
    if tls.cert and tls.key:
        lines += [f"pair, err := tls.LoadX509KeyPair({go(tls.cert)}, {go(tls.key)})",
                  "if err != nil {", "\tlog.Fatal(err)", "}"]  # fmt: skip
        parts.append("Certificates: []tls.Certificate{pair}")
    return lines, f"&tls.Config{{{', '.join(parts)}}}"


def go_amqp(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    lines, config = _tls(asked, asked.server_name) if endpoint.tls else ([], "")
    url = go(f"{endpoint.scheme}://{endpoint.authority}")
    opens = "config := amqp.Config{" if asked.retries else f"connection, err := amqp.DialConfig({url}, amqp.Config{{"
    lines += [opens, f"\tVhost:     {go(endpoint.vhost)},", f"\tHeartbeat: {asked.beat} * time.Second,"]
    if tuning.attempt_s is not None:
        lines.append(f"\tDial:      amqp.DefaultDial({tuning.attempt_s} * time.Second),")
    if endpoint.username is not None:
        login = f"Username: {go(endpoint.username)}, Password: {_FROM_ENVIRONMENT}"
        lines.append(f"\tSASL: []amqp.Authentication{{&amqp.PlainAuth{{{login}}}}},")
    lines += [f"\tTLSClientConfig: {config},"] if config else []
    if asked.retries is None:
        return joined([*lines, "})"])
    first, cap = asked.retries
    lines += [
        "}",
        f"connection, err := amqp.DialConfig({url}, config)",
        f"for delay := {first} * time.Second; err != nil; delay = min(2*delay, {cap}*time.Second) {{",
        "\tif errors.Is(err, amqp.ErrCredentials) || errors.Is(err, amqp.ErrVhost) {",
        "\t\tlog.Fatal(err) // trying again would not help, and may lock the account",
        "\t}",
        "\ttime.Sleep(time.Duration(rand.Int63n(int64(delay))))",
        f"\tconnection, err = amqp.DialConfig({url}, config)",
        "}",
        "channel, err := connection.Channel()",
        "if err != nil {",
        "\tlog.Fatal(err)",
        "}",
    ]
    calls = [f"channel.Qos({tuning.prefetch}, 0, false)"] if tuning.prefetch is not None else []
    calls += ["channel.Confirm(false)"] if tuning.confirms else []
    for call in calls:
        lines += [f"if err := {call}; err != nil {{", "\tlog.Fatal(err)", "}"]
    return joined(lines)


def go_mqtt(asked: Asked) -> str:
    endpoint, tuning = asked.endpoint, asked.tuning
    lines, config = _tls(asked, asked.one_name) if endpoint.tls else ([], "")
    lines.append("options := mqtt.NewClientOptions()")
    for each in asked.hosts:
        scheme = {"mqtt": "tcp", "mqtts": "ssl"}.get(each.scheme, each.scheme)
        lines.append(f"options.AddBroker({go(f'{scheme}://{each.authority}{each.path}')})")
    if asked.settings.client_id:
        lines.append(f"options.SetClientID({go(asked.settings.client_id)})")
    if endpoint.username is not None:
        lines.append(f"options.SetUsername({go(endpoint.username)}).SetPassword({_FROM_ENVIRONMENT})")
    lines.append(f"options.SetKeepAlive({asked.beat} * time.Second)")
    lines += [f"options.SetConnectTimeout({tuning.attempt_s} * time.Second)"] if tuning.attempt_s is not None else []
    if asked.retries is not None:
        lines.append(f"options.SetMaxReconnectInterval({asked.retries[1]} * time.Second)")
    lines += ["options.SetCleanSession(false)"] if tuning.clean is False else []
    lines += [f"options.SetTLSConfig({config})"] if config else []
    return joined([*lines, "client := mqtt.NewClient(options)", "token := client.Connect()"])
