import type { Chapter } from './item.ts';

const CERTIFICATES = 'interop/certificates.test.ts';
const AGGRESSIVE_CERTIFICATES = 'interop/aggressive-certificates.test.ts';
const MODE_CONFIG = 'interop/mode-config.test.ts';
const PEERS = 'interop/peers.test.ts';
const NAT_PATHS = 'interop/nat-paths.test.ts';
const DEAD_PEERS = 'interop/dead-peers.test.ts';
const XAUTH = 'interop/xauth.test.ts';
const CHOICE = 'ike/negotiate/phase2-choice.test.ts';

const AH =
  'AH hides nothing and no NAT lets it through; ESP without encryption does what it does (RFC 4301 §3.2 has it optional)';
const BACK_END = 'does not concern the protocol: a back end of charon’s own';

/** The scenarios of strongSwan's own tests, by their names there. */
export const SCENARIOS: Chapter = {
  title: 'strongSwan’s scenarios of IKEv1',
  items: [
    {
      id: 'compress',
      what: 'IPComp beside ESP.',
      tests: { [CHOICE]: ['refuses proposals of one number, which belong together: a logical AND (RFC 2408 §4.2)'] },
      refused:
        'compression before encryption tells of the contents by the length, and gains nothing on what is compressed already',
    },
    {
      id: 'config-payload',
      what: 'Asked for an address, either side.',
      tests: { [MODE_CONFIG]: ['Mode Config, pull'] },
    },
    { id: 'config-payload-push', what: 'An address given unasked.', tests: { [MODE_CONFIG]: ['Mode Config, push'] } },
    { id: 'double-nat', what: 'NAT before each side.', tests: { [NAT_PATHS]: ['each behind a NAT of its own'] } },
    {
      id: 'double-nat-net',
      what: 'The same, with networks behind.',
      tests: { [NAT_PATHS]: ['each behind a NAT of its own'] },
    },
    {
      id: 'dpd-clear',
      what: 'A silent peer is dead, its tunnel goes.',
      tests: { [DEAD_PEERS]: ['charon is killed: with clear, packets leave in clear, until it is back'] },
    },
    {
      id: 'dpd-restart',
      what: 'The same, and begun anew.',
      tests: { [DEAD_PEERS]: ['charon is killed and comes back: with restart, the tunnel does too'] },
    },
    {
      id: 'dynamic-initiator',
      what: 'The same peer from another address takes the place of what stood.',
      tests: { [PEERS]: ['a peer that comes from another address takes its own place'] },
    },
    {
      id: 'dynamic-responder',
      what: 'The gateway begins with a peer known by name.',
      tests: { 'interop/beginnings.test.ts': ['a peer known by name, which has another address later'] },
    },
    {
      id: 'ecdsa-certs',
      what: 'Three curves.',
      tests: { [CERTIFICATES]: ['certificates with P-256', 'certificates with P-384', 'certificates with P-521'] },
    },
    {
      id: 'host2host-ah',
      what: 'AH.',
      tests: { [CHOICE]: ['refuses AH, the bundle beside it does not matter'] },
      refused: AH,
    },
    {
      id: 'host2host-cert',
      what: 'Certificates, two gateways.',
      tests: { [CERTIFICATES]: ['certificates with RSA of 2048 bits'] },
    },
    {
      id: 'host2host-transport',
      what: 'Transport mode.',
      tests: { 'kernel/modes.test.ts': ['transport mode', 'transport mode in UDP', 'transport mode in IPv6'] },
    },
    {
      id: 'ip-pool',
      what: 'Addresses of a pool, one after the other.',
      tests: { [NAT_PATHS]: ['two peers behind one NAT get addresses of one pool'] },
    },
    { id: 'ip-pool-db', what: 'A pool in SQL.', refused: BACK_END },
    {
      id: 'nat-rw',
      what: 'Several peers behind one NAT.',
      tests: { 'interop/several.test.ts': ['ten peers behind one NAT, each with a key of its own'] },
    },
    {
      id: 'nat-virtual-ip',
      what: 'A router gets an address and hides its network behind it.',
      tests: { [MODE_CONFIG]: ['Mode Config, pull'] },
      except: 'the translation is a rule of the firewall',
    },
    {
      id: 'net2net-ah',
      what: 'AH.',
      tests: { [CHOICE]: ['refuses AH, the bundle beside it does not matter'] },
      refused: AH,
    },
    {
      id: 'net2net-cert',
      what: 'Certificates, networks behind both.',
      tests: { [CERTIFICATES]: ['certificates with RSA of 2048 bits'] },
    },
    {
      id: 'net2net-esn',
      what: 'Sequence numbers of 64 bits.',
      tests: { 'lab/kernel-cells.ts': ['sequence numbers of 64 bits'] },
    },
    { id: 'net2net-psk', what: 'A key, networks behind both.', tests: { 'lab/cells.ts': ['the default suites'] } },
    {
      id: 'net2net-psk-fail',
      what: 'A wrong key, and what the status says of it.',
      tests: { 'interop/refusals.test.ts': ['different pre-shared keys'] },
    },
    {
      id: 'protoport-dual',
      what: 'One tunnel for ICMP, one for a port of TCP.',
      tests: { 'interop/two-tunnels.test.ts': ['a tunnel for ICMP and one for TCP to port 22'] },
    },
    {
      id: 'rw-cert',
      what: 'Anybody with a certificate of an authority.',
      tests: { [CERTIFICATES]: ['a subject with stars'] },
    },
    {
      id: 'rw-cert-aggressive',
      what: 'Aggressive Mode with certificates.',
      tests: { [AGGRESSIVE_CERTIFICATES]: ['Aggressive Mode with certificates'] },
    },
    {
      id: 'rw-cert-unity',
      what: 'Networks that the gateway names, and local ones that are left out.',
      tests: { 'interop/unity.test.ts': ['Unity: the network that is included, without what is left out'] },
    },
    {
      id: 'rw-initiator-only',
      what: 'A peer that never answers who begins.',
      tests: { 'interop/beginnings.test.ts': ['a charon that answers nobody begins itself'] },
    },
    {
      id: 'rw-multi-ciphers',
      what: 'Two peers, each with suites of its own.',
      tests: { [PEERS]: ['two peers from anywhere, each with suites that the other may not use'] },
    },
    {
      id: 'rw-psk-aggressive',
      what: 'A key for a name, Aggressive Mode.',
      tests: { 'interop/aggressive.test.ts': ['Aggressive Mode'] },
    },
    {
      id: 'rw-psk-fqdn',
      what: 'Keys by name, Main Mode.',
      tests: { [PEERS]: ['keys by name, for peers from anywhere'] },
    },
    {
      id: 'rw-psk-ip-ranges',
      what: 'A key for a range of addresses.',
      tests: { [PEERS]: ['keys for ranges of addresses, each with suites of its own'] },
    },
    { id: 'rw-psk-ipv4', what: 'Keys by address.', tests: { [PEERS]: ['keys by address, which is the identity too'] } },
    {
      id: 'xauth-id-psk-config',
      what: 'A key, a user, an address.',
      tests: { [MODE_CONFIG]: ['Mode Config, pull, after XAUTH'] },
      except: 'an address of one’s own for each user is not what a pool gives',
    },
    {
      id: 'xauth-id-rsa-aggressive',
      what: 'XAUTH with certificates, Aggressive Mode.',
      tests: { [AGGRESSIVE_CERTIFICATES]: ['XAUTH with RSA signatures, Aggressive Mode'] },
    },
    {
      id: 'xauth-id-rsa-config',
      what: 'A certificate, a user, an address.',
      tests: { [MODE_CONFIG]: ['Mode Config, pull, after XAUTH with certificates'] },
    },
    {
      id: 'xauth-id-rsa-hybrid',
      what: 'A certificate for the gateway, a password for the peer.',
      tests: { [XAUTH]: ['Hybrid: a certificate of the responder, XAUTH alone'] },
    },
    { id: 'xauth-psk', what: 'A key and a user.', tests: { [XAUTH]: ['XAUTH with a pre-shared key'] } },
    { id: 'xauth-rsa', what: 'A certificate and a user.', tests: { [XAUTH]: ['XAUTH with RSA signatures'] } },
    { id: 'xauth-rsa-eap-md5-radius', what: 'Users of RADIUS, by EAP.', refused: BACK_END },
    { id: 'xauth-rsa-radius', what: 'Users of RADIUS.', refused: BACK_END },
  ],
};
