"""Other people's OpenID programs against a real server process: what they refuse, we got wrong.

A person of the sandbox plays the browser's part with a virtual card.
"""

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from kazasu.cli.processes.countries import free_port
from kazasu.contracts.identity import issuer_of
from kazasu.foundation.http import http_client
from tests.support.party import PASSWORD, PIN

FOREIGN = Path(__file__).parent.parent / "foreign"
APACHE_MODULE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")


@pytest.fixture
def issuer(country):
    return issuer_of(country.directory.origin("identity"))


class Foreign:
    """A child process that says where the browser must go, and is told where it came back to."""

    def __init__(self, *command, cwd=FOREIGN, env=None):
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, who):
        """Until it is done. Returns its facts."""
        timer = threading.Timer(90, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                said = json.loads(line)
                if "done" in said:
                    return said["done"]
                self.process.stdin.write(came_back(who, said["visit"], said["does"]) + "\n")
                self.process.stdin.flush()
            raise AssertionError(self.process.stderr.read()[-3000:])
        finally:
            timer.cancel()
            self.process.kill()
            self.process.communicate()


def came_back(who, url, does):
    """Where the browser is in the end: at the party's address, which says 421 and is never read."""
    who.browser.get(url)
    if does == "authenticate":
        who.tap(pin=PIN)
    elif does == "sign":
        who.tap(password=PASSWORD)
    return who.browser.url


def node(name, *arguments):
    program = shutil.which("node")
    if program is None or not (FOREIGN / "node_modules").is_dir():
        pytest.skip("other people's programs are missing: run ./kazasu test once")
    return Foreign(program, f"{name}.mjs", *arguments)


def stated(issuer, statement):
    """What the service says of a signature, by the keys that its discovery document leads to."""
    with http_client() as client:
        found = client.get(f"{issuer}/.well-known/openid-configuration").json()
        keys = client.get(found["signature_statements_jwks_uri"]).json()
    return jwt.decode(statement, KeySet.import_key_set(keys), ["ES256"]).claims


@pytest.mark.parametrize("mode", ["plain", "strict"])
def test_openid_client(issuer, person, mode):
    facts = node("openid_client", issuer, mode).run(person("山田　颯太"))
    assert facts["client_id"].startswith("RP")
    assert facts["name"] == "山田　颯太"
    assert facts["type"] == ("dpop" if mode == "strict" else "bearer")
    assert (facts["refreshed"], facts["again"]) == (True, True)
    assert facts["worth"] == [True, True, False]
    assert facts["same"]
    assert stated(issuer, facts["statement"])["verdict"] == "good"
    assert urlsplit(facts["left"]).path == "/bye"
    assert facts["gone"] in ("OAUTH_WWW_AUTHENTICATE_CHALLENGE", "OAUTH_RESPONSE_IS_NOT_CONFORM")


@pytest.mark.parametrize("mode", ["plain", "strict"])
def test_oauth4webapi(issuer, person, mode):
    facts = node("oauth4webapi", issuer, mode).run(person("山田　颯太"))
    assert (facts["acr"], facts["amr"]) == ("aal3", ["hwk", "sc", "pin"])
    assert facts["name"] == "山田　颯太"
    assert facts["type"] == ("dpop" if mode == "strict" else "bearer")
    assert facts["birthdate"]
    assert facts["refreshed"]
    assert facts["bare"] == (401 if mode == "strict" else 200)
    assert facts["twice"] == "invalid_grant"
    assert urlsplit(facts["left"]).path == "/bye"


@pytest.mark.parametrize("alg", ["ES256", "PS256"])
def test_pyoidc(issuer, person, alg):
    """With its defaults: an assertion that lives ten minutes, ``openid`` and the claims by scope."""
    facts = Foreign(sys.executable, "pyoidc.py", issuer, alg).run(person("山田　颯太"))
    assert (facts["acr"], facts["nonce"], facts["same"]) == ("aal3", True, True)
    assert facts["name"] == "山田　颯太"
    assert facts["birthdate"]
    assert facts["refreshed"]
    assert urlsplit(facts["left"]).path == "/bye"


# ---------------------------------------------------------------- npm next-auth 4


@contextmanager
def next_auth(issuer, port, key, client_id):
    """The library's own pages and cookies, on an address of this machine."""
    process = node("next_auth", issuer, str(port)).process
    try:
        own = {"client_id": client_id, "key": key.as_dict(private=True)}
        process.stdin.write(json.dumps(own) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        yield
    finally:
        process.kill()
        print(process.communicate()[1])  # for whoever reads of a failure


def test_next_auth(issuer, person):
    """Signs in, keeps a session of its own, and out again; ``profile email``, which it asks for besides, costs nothing."""
    key, port = ECKey.generate_key("P-256", parameters={"kid": "k1"}), free_port()
    home = f"http://127.0.0.1:{port}"
    callback = f"{home}/api/auth/callback/kazasu"
    client_id = registered(issuer, key, port, client_name="Next", redirect_uris=[callback])
    with next_auth(issuer, port, key, client_id):
        who = person("山田　颯太")
        who.browser.get(f"{home}/api/auth/signin?callbackUrl={home}/").press("Sign in with Kazasu")
        who.tap(pin=PIN)
        assert who.browser.has("You are in."), who.browser.url
        session = who.browser.client.get(f"{home}/api/auth/session").json()
        assert session["user"]["name"] == "山田　颯太"
        assert session["subject"]
        who.browser.get(f"{home}/api/auth/signout").press("Sign out")
        assert who.browser.client.get(f"{home}/api/auth/session").json() == {}


# ---------------------------------------------------------------- Debian's mod_auth_openidc

SETTINGS = """
ServerRoot {modules}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
LogLevel auth_openidc:debug
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
User nobody
Group nogroup
LoadModule mpm_event_module mod_mpm_event.so
LoadModule authn_core_module mod_authn_core.so
LoadModule authz_core_module mod_authz_core.so
LoadModule authz_user_module mod_authz_user.so
LoadModule headers_module mod_headers.so
LoadModule dir_module mod_dir.so
LoadModule mime_module mod_mime.so
LoadModule auth_openidc_module mod_auth_openidc.so
TypesConfig /dev/null
AddType text/html .html
DirectoryIndex index.html
DocumentRoot {folder}/www
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCPublicKeyFiles k1#{folder}/public.pem
OIDCPrivateKeyFiles k1#{folder}/private.pem
OIDCProviderTokenEndpointAuth private_key_jwt
OIDCRedirectURI http://127.0.0.1:{port}/callback
OIDCCryptoPassphrase {secret}
OIDCScope "openid name"
OIDCResponseType code
OIDCPKCEMethod S256
OIDCIDTokenSignedResponseAlg ES256
OIDCRemoteUserClaim sub
<Location />
  AuthType openid-connect
  Require valid-user
  Header set X-Subject "%{{OIDC_CLAIM_sub}}e"
  Header set X-Level "%{{OIDC_CLAIM_acr}}e"
</Location>
"""


@contextmanager
def apache(issuer, key, client_id, port):
    """Debian's Apache with the module, on a folder of its own."""
    program = shutil.which("apache2", path="/usr/sbin:/usr/bin")
    if program is None or not APACHE_MODULE.exists():
        pytest.skip(
            "apache2-bin and libapache2-mod-auth-openidc are missing: run ./kazasu test once"
        )
    with tempfile.TemporaryDirectory(prefix="kazasu-apache-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "www").mkdir()
        (folder / "www" / "index.html").write_text("<title>In</title><main>You are in.</main>")
        (folder / "private.pem").write_bytes(key.as_pem(private=True))
        (folder / "public.pem").write_bytes(key.as_pem(private=False))
        settings = SETTINGS.format(
            modules=APACHE_MODULE.parent, folder=folder, port=port, issuer=issuer,
            client_id=client_id, secret=secrets.token_hex(16),
        )  # fmt: skip
        (folder / "httpd.conf").write_text(settings)
        command = [program, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            try:
                wait_for(port, process)
                yield folder / "error.log"
            finally:
                process.terminate()
                process.wait(timeout=20)


def wait_for(port, process):
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(process.stderr.read())


def registered(issuer, key, port, **more):
    body = {
        "client_name": "Apache",
        "redirect_uris": [f"http://127.0.0.1:{port}/callback"],
        "jwks": {"keys": [{**key.as_dict(private=False), "kid": "k1"}]},
        "scope": "openid name",
    } | more
    with http_client(30.0) as http:
        answer = http.post(f"{issuer}/clients-registrations/openid-connect", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["client_id"]


def test_debians_mod_auth_openidc_signs_its_assertion_with_what_we_do_not_take(issuer, person):
    """If this fails one day, Debian's module can do without the compatibility mode."""
    key, port = RSAKey.generate_key(2048), free_port()
    client_id = registered(issuer, key, port)
    with apache(issuer, key, client_id, port) as log:
        who = person("山田　颯太")
        who.browser.get(f"http://127.0.0.1:{port}/")
        who.tap(pin=PIN)
        assert not who.browser.has("You are in.")
        assert "alg of the assertion must be ES256 or PS256" in log.read_text()


def test_debians_mod_auth_openidc_in_compatibility_mode(issuer, person):
    """Unmodified, with RS256: what it sends besides fits the profile."""
    key, port = RSAKey.generate_key(2048), free_port()
    client_id = registered(issuer, key, port, compat=True, token_endpoint_auth_signing_alg="RS256")
    with apache(issuer, key, client_id, port) as log:
        who = person("山田　颯太")
        who.browser.get(f"http://127.0.0.1:{port}/")
        who.tap(pin=PIN)
        assert who.browser.has("You are in."), log.read_text()[-6000:]
        seen = log.read_text()
        assert "code_challenge_method=S256" in seen
        assert "private_key_jwt" in seen
