import assert from 'node:assert/strict';
import { fetchPicture } from '../../../src/models/fetchPicture.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describe('fetchPicture', () => {
  const fetchOf =
    (body: BodyInit, init?: ResponseInit): typeof fetch =>
    () =>
      Promise.resolve(new Response(body, init));

  it('gives a picture as what its first bytes say that it is', async () => {
    const data = await fetchPicture(fetchOf(png, { headers: { 'content-type': 'text/html' } }), 'https://a.example/x');
    assert.equal(data, `data:image/png;base64,${png.toString('base64')}`);
  });

  for (const [name, url, answer, problem] of [
    ['a page', 'https://a.example/', fetchOf('<html>'), /a\.example has sent is no picture/],
    ['an SVG', 'https://a.example/', fetchOf('<svg xmlns="http://www.w3.org/2000/svg"/>'), /no picture/],
    ['what is not there', 'https://a.example/', fetchOf(png, { status: 404 }), /no such picture \(404\)/],
    ['what is too large', 'https://a.example/', fetchOf(Buffer.alloc(8_000_001)), /larger than 8 MB/],
    ['no answer', 'https://a.example/', () => Promise.reject(new TypeError('fetch failed')), /could not be loaded/],
    ['an address of this machine', 'https://localhost/', fetchOf(png), /no address of a picture/],
    ['an address without encryption', 'http://a.example/', fetchOf(png), /no address of a picture/],
  ] as const) {
    it(`refuses ${name} with a sentence`, async () => {
      await assert.rejects(fetchPicture(answer, url), problem);
    });
  }
});
