"""Other people's verifiers against a country that runs: ``python -m tools.others_pki --data DIR`` (from the project's folder).

Each is asked what a relying party would ask of a certificate that the country issued: the chain, its status by OCSP (GET where it asks so)
and by lists. Those that are not installed are named and left out: Java (``openjdk-17-jdk-headless``), Go (``golang-go``,
``golang-golang-x-crypto-dev``), GnuTLS (``gnutls-bin``), ``openssl``, ``pkilint`` (in the development lock). Exit status 1: somebody refused.
"""

import argparse
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.card.chip.image import CardBox
from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient
from kazasu.card.transports.virtual import ChipReader
from kazasu.exchange.directory import read_directory
from kazasu.foundation.time.clock import SystemClock

JAVA = r"""
import java.io.*; import java.net.URI; import java.nio.file.*; import java.security.cert.*; import java.util.*;
public class Ask {
  static X509Certificate read(String f) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(f)); }
  static CRL list(String f) throws Exception {
    return CertificateFactory.getInstance("X.509").generateCRL(new FileInputStream(f)); }
  public static void main(String[] a) throws Exception {
    PKIXParameters p = new PKIXParameters(Set.of(new TrustAnchor(read("ca.cer"), null)));
    p.setPolicyQualifiersRejected(false);
    CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(read("holder.cer")));
    CertPathValidator v = CertPathValidator.getInstance("PKIX");
    if (a[0].equals("ocsp")) {
      PKIXRevocationChecker c = (PKIXRevocationChecker) v.getRevocationChecker();
      c.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
      c.setOcspResponder(new URI(a[1]));
      p.addCertPathChecker(c);
    } else {
      p.addCertStore(CertStore.getInstance("Collection",
        new CollectionCertStoreParameters(List.of(list("full.crl"), list("delta.crl")))));
    }
    v.validate(path, p);
    System.out.println("good");
  }
}
"""
GO = r"""
package main
import ("bytes"; "crypto"; "crypto/x509"; "encoding/base64"; "fmt"; "io"; "net/http"; "net/url"; "os"; "golang.org/x/crypto/ocsp")
func must(err error) { if err != nil { fmt.Println(err); os.Exit(1) } }
func read(f string) *x509.Certificate { b, err := os.ReadFile(f); must(err); c, err := x509.ParseCertificate(b); must(err); return c }
func main() {
  ca, holder := read("ca.cer"), read("holder.cer")
  roots := x509.NewCertPool(); roots.AddCert(ca)
  _, err := holder.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); must(err)
  for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
    asked, err := ocsp.CreateRequest(holder, ca, &ocsp.RequestOptions{Hash: hash}); must(err)
    got, err := http.Get(os.Args[1] + "/" + url.PathEscape(base64.StdEncoding.EncodeToString(asked))); must(err)
    posted, err := http.Post(os.Args[1], "application/ocsp-request", bytes.NewReader(asked)); must(err)
    for _, answer := range []*http.Response{got, posted} {
      body, err := io.ReadAll(answer.Body); must(err)
      found, err := ocsp.ParseResponseForCert(body, holder, ca); must(err)
      if found.Status != ocsp.Good { fmt.Println("status", found.Status); os.Exit(1) }
    }
  }
  for _, name := range []string{"full.crl", "delta.crl"} {
    b, err := os.ReadFile(name); must(err)
    list, err := x509.ParseRevocationList(b); must(err)
    must(list.CheckSignatureFrom(ca))
  }
  fmt.Println("good")
}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the country's folder")
    options = parser.parse_args()
    directory = read_directory(options.data / "directory.json", SystemClock())
    origin = directory.origin("jpki")
    with tempfile.TemporaryDirectory(prefix="others-") as folder, _by_number(origin) as door:
        place = Path(folder)
        _fetched(options.data, place, door)
        return 1 if sum(not _asked(place, *one) for one in _programs(door)) else 0


def _programs(door: str) -> Iterator[tuple[str, str, list[str], str]]:
    """Name, its program, the command, what it says when all is well."""
    ocsp = f"{door}/ocsp"
    chain = ["-x509_strict", "-crl_check", "-extended_crl", "-use_deltas", "-CRLfile", "lists.pem"]
    yield "openssl, chain and lists", "openssl", ["openssl", "verify", "-CAfile", "ca.pem", *chain, "holder.pem"], "holder.pem: OK"  # fmt: skip
    two = ["-issuer", "ca.pem", "-cert", "holder.pem", "-serial", "1", "-CAfile", "ca.pem"]
    yield "openssl, OCSP about two", "openssl", ["openssl", "ocsp", "-url", ocsp, *two], "holder.pem: good"  # fmt: skip
    yield "GnuTLS, chain and list", "certtool", ["certtool", "--verify", "--load-ca-certificate", "ca.pem", "--load-crl", "full.pem", "--infile", "holder.pem"], "Verified"  # fmt: skip
    yield "GnuTLS, OCSP", "ocsptool", ["ocsptool", f"--ask={ocsp}", "--load-cert", "holder.pem", "--load-issuer", "ca.pem", "--load-trust", "ca.pem"], "Verifying OCSP Response: Success"  # fmt: skip
    yield "Java PKIX, OCSP by GET", "javac", ["java", "Ask.java", "ocsp", ocsp], "good"
    yield "Java PKIX, list and delta", "javac", ["java", "Ask.java", "lists"], "good"
    yield "Go, chain, OCSP by GET and POST, lists", "go", ["go", "run", "ask.go", ocsp], "good"
    lint = str(Path(sys.executable).parent / "lint_ocsp_response")
    yield "pkilint, OCSP response", lint, [lint, "lint", "-s", "WARNING", "answer.der"], ""
    lint = str(Path(sys.executable).parent / "lint_crl")
    for name in ("full.crl", "delta.crl"):
        yield f"pkilint, {name}", lint, [lint, "lint", "-t", "CRL", "-p", "PKIX", "-s", "WARNING", name], ""  # fmt: skip


def _asked(place: Path, name: str, program: str, command: list[str], well: str) -> bool:
    if shutil.which(program) is None:
        print(f"–  {name}: not installed")
        return True
    own = {"GOPATH": "/usr/share/gocode", "GO111MODULE": "off", "GOCACHE": str(place / "go"), "no_proxy": "*"}  # fmt: skip
    done = subprocess.run(
        command, cwd=place, env=os.environ | own, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    good = done.returncode == 0 and (well in said if well else not done.stdout.strip())
    print(f"{'✓' if good else '✗'}  {name}")
    if not good:
        print(said)
    return good


def _fetched(data: Path, place: Path, door: str) -> None:
    """What each of them is given, as a relying party would fetch it."""
    box = CardBox(data / "cards")
    for card_id in sorted(box):
        image = box.load(card_id)
        with suppress(Exception):  # a child's card, or one without a PIN, does not sign
            holder = CardClient(ChipReader(Card(image, lambda _: None))).certificate("authentication")  # fmt: skip
            break
    certificate = x509.load_der_x509_certificate(holder)
    point = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0]
    city = {"Yokohama-shi": "141003", "Sapporo-shi": "011002", "Fukuoka-shi": "401307"}
    named = (point.full_name or [])[0].value.rfc4514_string()
    code = next(code for name, code in city.items() if name in named)
    for name, path in (
        ("ca.cer", "ca/authentication-ca.cer"),
        ("ca.pem", "ca/authentication-ca.pem"),
        ("full.crl", f"crl/authentication/1/{code}/full.crl"),
        ("delta.crl", f"crl/authentication/1/{code}/delta.crl"),
    ):
        (place / name).write_bytes(_get(f"{door}/{path}"))
    (place / "holder.cer").write_bytes(holder)
    (place / "holder.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    pems = [
        x509.load_der_x509_crl((place / name).read_bytes()).public_bytes(Encoding.PEM)
        for name in ("full.crl", "delta.crl")
    ]
    (place / "lists.pem").write_bytes(b"".join(pems))
    (place / "full.pem").write_bytes(pems[0])
    (place / "Ask.java").write_text(JAVA)
    (place / "ask.go").write_text(GO)
    subprocess.run(
        ["openssl", "ocsp", "-url", f"{door}/ocsp", "-no_nonce", "-issuer", "ca.pem", "-cert", "holder.pem", "-respout", "answer.der", "-noverify"],
        cwd=place, capture_output=True, check=True,
    )  # fmt: skip


def _get(url: str) -> bytes:
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{url}: {answer.status}")
    return answer.read()


@contextmanager
def _by_number(origin: str) -> Iterator[str]:
    """The institution's site at 127.0.0.1, for programs that do not find ``*.localhost``: it stands for a name server."""
    host = origin.split("://")[1]
    port = int(host.rpartition(":")[2])

    class Onward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            kind = {"content-type": self.headers["content-type"]} if self.headers["content-type"] else {}  # fmt: skip
            connection.request(self.command, self.path, body or None, {"host": host, **kind})
            answer = connection.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name in ("content-type", "cache-control", "etag", "last-modified", "expires"):
                if answer.headers[name]:
                    self.send_header(name, answer.headers[name])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name that the server calls

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Onward)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
