"""What the tests stand on: throw-away certificates, real brokers, a small network, scripted peers. No tests here."""
