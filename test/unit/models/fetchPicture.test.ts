import assert from 'node:assert/strict';
import type { PublicWeb } from '../../../src/privacy/publicWeb.ts';
import { fetchPicture } from '../../../src/models/fetchPicture.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describe('fetchPicture', () => {
  const answering = (answer: () => Promise<Response>, isPrivate = false): PublicWeb => {
    return { fetch: answer, isPrivate: () => Promise.resolve(isPrivate) };
  };
  const fetchOf = (body: BodyInit, init?: ResponseInit): PublicWeb =>
    answering(() => Promise.resolve(new Response(body, init)));

  it('gives a picture as what its first bytes say that it is', async () => {
    const data = await fetchPicture(fetchOf(png, { headers: { 'content-type': 'text/html' } }), 'https://a.example/x');
    assert.equal(data, `data:image/png;base64,${png.toString('base64')}`);
  });

  it('follows no redirect, and takes nothing along', async () => {
    let init: RequestInit = {};
    const web: PublicWeb = {
      fetch: (_address, given) => {
        init = given;
        return Promise.resolve(new Response(png));
      },
      isPrivate: () => Promise.resolve(false),
    };
    await fetchPicture(web, 'https://a.example/x');
    assert.deepEqual([init.redirect, init.credentials], ['error', 'omit']);
  });

  for (const [name, url, answer, problem] of [
    ['a page', 'https://a.example/', fetchOf('<html>'), /a\.example has sent is no picture/],
    ['an SVG', 'https://a.example/', fetchOf('<svg xmlns="http://www.w3.org/2000/svg"/>'), /no picture/],
    ['what is not there', 'https://a.example/', fetchOf(png, { status: 404 }), /no such picture \(404\)/],
    ['what is too large', 'https://a.example/', fetchOf(Buffer.alloc(8_000_001)), /larger than 8 MB/],
    [
      'no answer',
      'https://a.example/',
      answering(() => Promise.reject(new TypeError('fetch failed'))),
      /could not be loaded/,
    ],
    ['an address of this machine', 'https://localhost/', fetchOf(png), /no address of a picture/],
    ['an address of its network', 'https://192.168.0.1/a.png', fetchOf(png), /no address of a picture/],
    ['a cloud’s own address', 'https://169.254.169.254/a.png', fetchOf(png), /no address of a picture/],
    [
      'a name that leads into its network',
      'https://a.example/',
      answering(() => Promise.resolve(new Response(png)), true),
      /a\.example leads into your own network/,
    ],
    ['an address without encryption', 'http://a.example/', fetchOf(png), /no address of a picture/],
  ] as const) {
    it(`refuses ${name} with a sentence`, async () => {
      await assert.rejects(fetchPicture(answer, url), problem);
    });
  }
});
