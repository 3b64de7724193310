"""The command line. Stands on services, core and report; knows neither probes nor the window."""
