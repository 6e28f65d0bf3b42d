/*
 * The floors of the house (ARCHITECTURE.md), checked. An import goes down the stairs, never up; on the ground floor the
 * left may import the right.
 */
const DOORS = '^src/(pages|admin|commands|doctor)/';
const ROOMS = '^src/(adoption|account|auth|mfa|passwords|sessions|email-verification)/';
const RECORDS = '^src/(users|one-time-tokens|keys|audit)/';
const GROUND = '^src/(monitoring|server|mail|limits|sources|database|http|i18n|crypto|config)/';

const forbid = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    forbid(
      'nothing-imports-doors',
      'Ways in have no rules of their own: whatever another room needs belongs to a room.',
      `${ROOMS}|${RECORDS}|${GROUND}`,
      DOORS,
    ),
    forbid('records-know-no-rooms', 'What is kept does not know what people do with it.', RECORDS, `${ROOMS}|${DOORS}`),
    forbid(
      'ground-knows-nobody',
      'The ground carries the house; it cannot stand on it.',
      GROUND,
      `${ROOMS}|${RECORDS}|${DOORS}`,
    ),
    forbid(
      'passwords-knows-only-sessions',
      'Among the rooms only the arrows of ARCHITECTURE.md exist.',
      '^src/passwords/',
      '^src/(account|auth|mfa|email-verification)/',
    ),
    forbid(
      'adoption-knows-only-passwords',
      'Who comes along brings a hash, and nothing else that a person does here.',
      '^src/adoption/',
      '^src/(account|auth|mfa|sessions|email-verification)/',
    ),
    forbid(
      'no-room-knows-adoption',
      'Accounts that came from elsewhere are accounts like any other.',
      '^src/(account|auth|mfa|passwords|sessions|email-verification)/',
      '^src/adoption/',
    ),
    forbid(
      'sources-know-no-database-of-ours',
      'They are read as whoever made them left them; what is ours has its own way. Why a server cannot be reached is the same.',
      '^src/sources/',
      '^src/(monitoring|server|mail|limits|database/(?!connection-failure))',
    ),
    forbid(
      'auth-knows-no-account',
      'What people do with their account needs the login; the login needs nothing of it.',
      '^src/auth/',
      '^src/account/',
    ),
    forbid(
      'sessions-and-email-verification-know-no-room',
      'Among the rooms only the arrows of ARCHITECTURE.md exist.',
      '^src/(sessions|email-verification)/',
      '^src/(account|auth|mfa|passwords)/',
    ),
    {
      name: 'records-know-no-sibling',
      comment: 'One table, one owner: records meet in rooms. Only a foreign key may point at User.',
      severity: 'error',
      from: { path: '^src/(users|one-time-tokens|keys|audit)/' },
      to: { path: RECORDS, pathNot: ['^src/$1/', '^src/users/user\\.entity\\.ts$'] },
    },
    forbid(
      'config-imports-nobody',
      'Settings are read before anything else exists; which languages there are is a list of files.',
      '^src/config/',
      '^src/(?!config/|i18n/languages\\.ts$)',
    ),
    forbid(
      'http-imports-config-at-most',
      'On the ground the left may import the right: http is right of monitoring and database.',
      '^src/http/',
      '^src/(monitoring|server|mail|limits|database)/',
    ),
    forbid(
      'database-is-left-of-http',
      'The owners of tables translate what the database says; the database knows no words of HTTP.',
      '^src/database/',
      '^src/(monitoring|server|mail|limits|http)/',
    ),
    {
      name: 'no-cycles',
      comment: 'A cycle is one module that pretends to be two.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['\\.spec\\.ts$', '^src/main\\.ts$'] },
      to: {},
    },
    {
      name: 'only-declared-packages',
      comment: 'What the product needs stands in `dependencies`, or it is missing in production.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
