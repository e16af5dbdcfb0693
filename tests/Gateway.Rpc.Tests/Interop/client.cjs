// One check of the server by gRPC's own JavaScript client: client.cjs TARGET PROTOS CHECK.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const { createRequire } = require('node:module');
const [target, protos, check, modules] = process.argv.slice(2);
const load = createRequire(path.join(modules, 'package.json'));
const grpc = load('@grpc/grpc-js');
const loader = load('@grpc/proto-loader');

const definition = loader.loadSync('echo.proto', { includeDirs: [protos], keepCase: true });
const { Echo } = grpc.loadPackageDefinition(definition).gateway.rpc.tests;
const client = new Echo(target, grpc.credentials.createInsecure(), {
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
});

const unary = (name, request, options = {}) => new Promise((resolve, reject) =>
  client[name](request, new grpc.Metadata(), options, (error, reply) => (error ? reject(error) : resolve(reply))));

async function all(stream) {
  const replies = [];
  for await (const reply of stream) {
    replies.push(reply.text);
  }
  return replies;
}

const checks = {
  async unary() {
    assert.equal((await unary('Say', { text: 'hällo' })).text, 'hällo');
  },
  async server_streaming() {
    const replies = await all(client.Repeat({ message: { text: 'x' }, times: 5000 }));
    assert.equal(replies.length, 5000);
  },
  async client_streaming() {
    const reply = await new Promise((resolve, reject) => {
      const call = client.Join((error, value) => (error ? reject(error) : resolve(value)));
      for (let i = 0; i < 100; i++) {
        call.write({ text: `${i}` });
      }
      call.end();
    });
    assert.equal(reply.text.split(',').length, 100);
  },
  async duplex() {
    const call = client.Chat();
    for (let i = 0; i < 500; i++) {
      call.write({ text: `${i}` });
    }
    call.end();
    assert.deepEqual(await all(call), Array.from({ length: 500 }, (_, i) => `${i}`));
  },
  async deadline() {
    await assert.rejects(
      unary('Wait', { name: 'js-deadline' }, { deadline: Date.now() + 200 }),
      (error) => error.code === grpc.status.DEADLINE_EXCEEDED);
  },
  async cancellation() {
    const call = client.WaitStream({ name: 'js-cancel' });
    await assert.rejects(async () => {
      for await (const reply of call) {
        assert.equal(reply.text, 'waiting');
        call.cancel();
      }
    }, (error) => error.code === grpc.status.CANCELLED);
    while ((await unary('Cancelled', { name: 'js-cancel' })).count === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  async sizes() {
    const payload = Buffer.alloc(12 * 1024 * 1024, 7);
    assert.ok((await unary('Say', { payload })).payload.equals(payload));
    await assert.rejects(
      unary('Say', { payload: Buffer.alloc(17 * 1024 * 1024) }),
      (error) => error.code === grpc.status.RESOURCE_EXHAUSTED);
    assert.equal((await unary('Say', { text: 'after' })).text, 'after');
  },
  async errors() {
    await assert.rejects(unary('Fail', {}), (error) => {
      assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
      assert.equal(error.details, '100 % wröng\nsecond line');
      assert.deepEqual(error.metadata.get('x-cause'), ['test']);
      assert.ok(error.metadata.get('grpc-status-details-bin')[0].length > 0);
      return true;
    });
    await assert.rejects(unary('Crash', {}), (error) => error.code === grpc.status.INTERNAL && !/secret/.test(error.details));
  },
};

checks[check]().then(
  () => { console.log('passed', check); client.close(); process.exit(0); },
  (error) => { console.error(error); process.exit(1); });
