#!/bin/bash
# In the guest whose root is the clean tree: the installed panel, with chardev, on kernel lines.
set -euo pipefail
eval "$(sim-chip panel 32 0-11=up)"
cat >/run/latchd.yaml <<'YAML'
data: /run/latchd-data
http: { port: 8080 }
gpio: { driver: auto, chip: panel }
readers: [{ name: front, wiegand: { d0: 4, d1: 5 } }]
locks: { first: { line: 20 } }
YAML
cd /opt/latchd
LATCHD_ADMIN_PASSWORD=secret node dist/main.js --config /run/latchd.yaml >/run/latchd.log 2>&1 &
trap 'cat /run/latchd.log' EXIT
for _ in {1..900}; do
  if grep -q 'the web listens' /run/latchd.log; then break; fi
  sleep 0.1
done
grep -q 'GPIO driver chosen driver=chardev' /run/latchd.log
node -e '
  fetch("http://127.0.0.1:8080/api/v1/access/identifier", {
    method: "POST",
    headers: { authorization: "Basic " + Buffer.from("admin:secret").toString("base64") },
    body: JSON.stringify({
      identifier_owner: { name: "Ann", type: "owner" },
      identifier_type: "card", identifier_number: "1850186", lock: "first",
    }),
  }).then(async (answer) => console.log("created", answer.status, await answer.text()))'
wiegand-pulse -i 1000 -o 20 -t 60000 4,5=10001110000111011010010101
for _ in {1..300}; do
  if grep 'granted reader=front owner=Ann uid=1 number=1850186' /run/latchd.log; then exit 0; fi
  sleep 0.1
done
exit 1
