/** A package that is read: of npm, or a source package (`debian`) or binary package (`deb`) of Debian. */
export interface SourcePackage {
  readonly from: 'npm' | 'debian' | 'deb';
  readonly name: string;
}

function list(from: SourcePackage['from'], names: string): SourcePackage[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => ({ from, name }));
}

/**
 * What the models are trained on, by what it is mostly written in. What a licence does not permit is left out file by
 * file when it is read, see `licence.ts`.
 */
export const trainingPackages: readonly SourcePackage[] = [
  // TypeScript, as its authors wrote it
  ...list(
    'npm',
    `effect viem zod openai @anthropic-ai/sdk @deck.gl/core @luma.gl/core @loaders.gl/core maplibre-gl
     @tanstack/query-core @tanstack/table-core ethers @noble/curves hls.js @reduxjs/toolkit hono io-ts fp-ts
     @tensorflow/tfjs-core mathlive @xterm/xterm react-native-reanimated fabric typeorm @hapi/hapi graphql
     @trpc/server @blueprintjs/core xstate micromark`,
  ),
  // JavaScript
  ...list(
    'npm',
    `leaflet ol @cesium/engine playcanvas phaser pdfjs-dist monaco-editor @babel/core jquery moment underscore async
     commander immutable ramda knex sequelize socket.io undici nodemailer pino winston mocha sinon chai jsdoc
     markdown-it marked prosemirror-view quill slate video.js blockly backbone d3-array vue node-forge ajv joi redux
     rollup semver shelljs puppeteer-core playwright-core isomorphic-git ioredis mongodb natural konva paper chart.js
     echarts p5 matter-js cannon-es yjs jsdom cheerio handlebars restify sails discord.js exceljs pdf-lib
     @codemirror/view @codemirror/state sharp`,
  ),
  // Python
  ...list(
    'deb',
    `python3-django python3-flask python3-pandas python3-sklearn python3-sqlalchemy python3-requests python3-urllib3
     python3-pytest python3-twisted python3-tornado python3-aiohttp python3-sphinx python3-networkx python3-celery
     python3-ipython python3-nltk python3-werkzeug python3-fastapi python3-pydantic python3-httpx black
     python3-astropy python3-skimage python3-statsmodels python3-xarray python3-dask python3-botocore
     python3-kubernetes python3-jsonschema python3-markdown python3-babel python3-click python3-rich
     python3-prompt-toolkit python3-setuptools python3-starlette python3-pymongo python3-redis python3-mako
     python3-pyramid python3-trio python3-hypothesis python3-attr python3-openstacksdk python3-falcon`,
  ),
  ...list('debian', 'sympy jinja2 python-cryptography'),
  // Go
  ...list(
    'debian',
    `golang-1.19 containerd docker.io prometheus libpod golang-google-grpc hugo etcd golang-github-spf13-cobra
     golang-golang-x-tools golang-golang-x-net fzf`,
  ),
  ...list(
    'deb',
    `golang-github-gin-gonic-gin-dev golang-github-labstack-echo-dev golang-github-spf13-viper-dev
     golang-github-gorilla-mux-dev golang-github-stretchr-testify-dev golang-go.uber-zap-dev
     golang-github-jackc-pgx-v4-dev golang-github-dgraph-io-badger-dev golang-github-go-git-go-git-dev
     golang-github-yuin-goldmark-dev golang-github-prometheus-client-golang-dev`,
  ),
  // Rust
  ...list('debian', 'cargo rust-clap'),
  ...list(
    'deb',
    `librust-tokio-dev librust-hyper-dev librust-serde-dev librust-regex-dev librust-rayon-dev librust-rayon-core-dev
     librust-syn-dev librust-image-dev librust-rustls-dev librust-crossbeam-channel-dev librust-nom-dev
     librust-chrono-dev librust-reqwest-dev librust-petgraph-dev librust-itertools-dev librust-indexmap-dev
     librust-futures-util-dev librust-bytes-dev librust-rand-dev librust-tokio-util-dev librust-h2-dev
     librust-http-dev librust-regex-syntax-dev librust-regex-automata-dev librust-toml-edit-dev
     librust-serde-json-dev librust-num-bigint-dev librust-time-dev librust-url-dev librust-mio-dev
     librust-parking-lot-dev librust-tracing-dev librust-tracing-subscriber-dev librust-hashbrown-dev
     librust-smallvec-dev librust-crossterm-dev librust-plotters-dev librust-euclid-dev librust-pest-dev
     librust-rusqlite-dev librust-zip-dev librust-tar-dev librust-png-dev librust-criterion-dev librust-proptest-dev
     librust-gimli-dev librust-object-dev`,
  ),
  // Java
  ...list(
    'debian',
    `libspring-java libcommons-lang3-java commons-io libcommons-collections4-java guava-libraries maven ant mockito
     libokhttp-java apache-log4j2 libcommons-compress-java httpcomponents-client libpdfbox2-java`,
  ),
  // C
  ...list(
    'debian',
    'libuv1 redis libevent zlib jansson nghttp2 lua5.4 musl tmux c-ares libarchive memcached libsdl2 glfw3',
  ),
  // C++
  ...list(
    'debian',
    `protobuf abseil leveldb fmtlib spdlog nlohmann-json3 catch2 googletest re2 box2d bullet assimp capnproto thrift
     simdjson harfbuzz flatbuffers grpc`,
  ),
  // C#
  ...list('debian', 'mono dbus-sharp antlr4'),
  ...list('npm', 'com.cysharp.unitask com.neuecc.unirx edge-js'),
  // Ruby
  ...list('debian', 'ruby-devise'),
  ...list(
    'deb',
    `ruby-rack ruby-sinatra puma ruby-actionpack ruby-activerecord ruby-activesupport jekyll rake rubocop ruby-sequel
     ruby-concurrent ruby-faraday ruby-mail ruby-addressable ruby-grape ruby-mongo ruby-rspec-core
     ruby-rspec-expectations vagrant ruby-excon ruby-thor ruby-kramdown ruby-i18n ruby-haml ruby-octokit
     ruby-carrierwave ruby-capybara ruby-googleauth`,
  ),
  // PHP
  ...list(
    'debian',
    `symfony php-laravel-framework phpunit php-doctrine-collections php-guzzlehttp-psr7 php-monolog php-parser
     php-league-commonmark php-mongodb`,
  ),
  ...list('deb', 'php-doctrine-dbal php-phpseclib3 php-league-flysystem php-mockery php-nesbot-carbon'),
  // Shell
  ...list(
    'deb',
    `bats zsh-syntax-highlighting zsh-autosuggestions shunit2 rbenv ruby-build dehydrated zsh-antigen zplug bats-assert
     bats-file bats-support`,
  ),
];

/** Packages of npm that are asked about; none of them, and none of Debian's that `eval:retrieval` names, may be trained on. */
export const evaluationPackages: readonly SourcePackage[] = list(
  'npm',
  'axios date-fns eslint express fastify koa lodash luxon mathjs mongoose rxjs three webpack ws',
);

/** Python's own library, which is asked about as well. */
export const evaluatedPython: SourcePackage = { from: 'deb', name: 'libpython3.11-stdlib' };
