// Who may do what, many streams and slow readers, with gRPC's own JavaScript client: access.cjs TARGET PROTOS CERTS MODULES.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const http2 = require('node:http2');
const path = require('node:path');
const { createRequire } = require('node:module');
const [target, protos, certs, modules] = process.argv.slice(2);
const load = createRequire(path.join(modules, 'package.json'));
const grpc = load('@grpc/grpc-js');
const loader = load('@grpc/proto-loader');

const read = (file) => fs.readFileSync(path.join(certs, file));
const definition = loader.loadSync(['gateway/v1/policy.proto', 'gateway/v1/system.proto'], { includeDirs: [protos], keepCase: true });
const { PolicyService, SystemService } = grpc.loadPackageDefinition(definition).gateway.v1;

function connect(Service, name, ca = 'ca') {
  const credentials = grpc.credentials.createSsl(read(`${ca}.pem`), name && read(`${name}.key`), name && read(`${name}.pem`));
  return new Service(target, credentials, {
    'grpc.ssl_target_name_override': 'gateway.test',
    'grpc.default_authority': 'gateway.test',
    'grpc.use_local_subchannel_pool': 1,
  });
}

const call = (client, name, request = {}, wait = 60) => new Promise((resolve, reject) =>
  client[name](request, { deadline: Date.now() + wait * 1000 }, (error, reply) => (error ? reject(error) : resolve(reply))));
const fails = (code, promise) => assert.rejects(promise, (error) => {
  assert.equal(error.code, code, error);
  return true;
});
const first = (stream) => new Promise((resolve, reject) => stream.once('data', resolve).once('error', reject));

async function roles() {
  assert.equal((await call(connect(SystemService, 'viewer'), 'Status')).role, 'viewer');
  await assert.rejects(call(connect(PolicyService, 'viewer'), 'Clear'), (error) => {
    assert.equal(error.code, grpc.status.PERMISSION_DENIED);
    assert.match(error.details, /needs the role operator, and spiffe:\/\/example\.net\/monitor has the role viewer/);
    return true;
  });
  await call(connect(PolicyService, 'operator'), 'Clear');
  await fails(grpc.status.PERMISSION_DENIED, call(connect(SystemService, 'stranger'), 'Status'));
  for (const [name, ca] of [['foreign', 'ca'], [null, 'ca'], ['expired', 'ca'], ['viewer', 'other']]) {
    await fails(grpc.status.UNAVAILABLE, call(connect(SystemService, name, ca), 'Status', {}, 10));
  }
}

// Every stream is open, and has its first message, while all others are.
async function manyStreams() {
  const clients = Array.from({ length: 10 }, () => connect(PolicyService, 'viewer'));
  const streams = clients.flatMap((client) => Array.from({ length: 1000 }, () => client.Watch({})));
  streams.forEach((stream) => stream.on('error', () => {}));
  const messages = await Promise.all(streams.map(first));
  assert.equal(messages.filter((message) => message.kind === 'KIND_PRESENT' || message.kind === 1).length, 10000);
  const change = Promise.all(streams.slice(0, 100).map(first));
  await call(connect(PolicyService, 'operator'), 'Import', { source: { yaml: 'version: 1\nname: p\nchains: [{name: c, priority: 1, actors: [count]}]\n' } });
  await change;
  streams.forEach((stream) => stream.cancel());
  clients.forEach((client) => client.close());
}

// A client whose window is empty: its answers stay at the server, and nobody else waits.
async function slowReader() {
  const session = http2.connect(`https://${target}`, {
    ca: read('ca.pem'), key: read('viewer.key'), cert: read('viewer.pem'), servername: 'gateway.test', settings: { initialWindowSize: 0 },
  });
  const slow = Array.from({ length: 50 }, () => session.request({
    ':method': 'POST', ':path': '/gateway.v1.SystemService/Status', 'content-type': 'application/grpc', te: 'trailers',
  }));
  let received = 0;
  slow.forEach((stream) => {
    stream.on('data', (data) => { received += data.length; }).on('error', () => {});
    stream.end(Buffer.alloc(5));
  });
  await Promise.all(slow.map((stream) => new Promise((resolve) => stream.once('response', resolve))));
  const others = connect(SystemService, 'viewer');
  for (let i = 0; i < 50; i++) {
    await call(others, 'Status');
  }
  assert.equal(received, 0);
  session.destroy();
}

(async () => {
  await roles();
  await slowReader();
  await manyStreams();
  assert.equal((await call(connect(SystemService, 'viewer'), 'Status')).role, 'viewer');
})().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
