"""What JupyterHub itself needs to run on free ports. The sign-in is configured by the recipe alone."""

import os

c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['HUB_PORT']}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['PROXY_PORT']}"
# No notebook is installed here, so nobody's is started.
c.JupyterHub.default_url = "/hub/home"
load_subconfig(os.environ["RECIPE"])
