import type { Chapter } from './item.ts';

export const REMOTE_ACCESS: Chapter = {
  title: 'Users and addresses',
  items: [
    {
      id: 'Transaction exchange',
      what: 'For XAUTH and Mode Config; protected only.',
      tests: {
        'ike/remote-access-loss.test.ts': ['come through where message %i of all is lost'],
        'robustness/transactions.test.ts': [
          'an octet that is changed on the way ends nothing and lets nobody in: $name',
        ],
      },
    },
    {
      id: 'XAUTH with pre-shared key',
      what: '65001 to 65002.',
      tests: {
        'ike/xauth.test.ts': [
          'agrees on the method that says whom it asks, where %s begins',
          'refuses %s: both sides say why, and nothing of the SA is left',
        ],
      },
    },
    {
      id: 'XAUTH with RSA',
      what: '65005 to 65006.',
      tests: {
        'ike/negotiate/authentication.test.ts': [
          'has XAUTH with a key and with RSA, by who is asked, and not with ECDSA',
        ],
      },
    },
    {
      id: 'Hybrid',
      what: '64221 to 64222.',
      tests: {
        'ike/hybrid.test.ts': [
          'proves the gateway by its certificate and the peer as a user, and only then comes phase 2',
          'leaves a peer that has shown no user in its half-open place, without proof, and refuses it phase 2',
        ],
      },
    },
    {
      id: 'User look-up',
      what: 'By whoever embeds us.',
      tests: {
        'gateway/users.test.ts': [
          'asks a function where there is one, and overwrites the password when it has answered',
        ],
      },
    },
    {
      id: 'Mode Config, pull',
      what: 'The initiator asks.',
      tests: {
        'ike/mode-config.test.ts': [
          'gives an address and all that goes with it, and the tunnel carries that address alone',
        ],
      },
    },
    {
      id: 'Mode Config, push',
      what: 'The responder sets.',
      tests: { 'ike/mode-config.test.ts': ['ends where the peer never pushes'] },
    },
    {
      id: 'Mode Config of IPv6',
      what: 'Addresses and name servers of either family or of both, each tunnel with that of its own.',
      tests: {
        'ike/mode-config.test.ts': [
          'gives an address of each version, and each tunnel carries that of its own',
          'tells who asks for one version nothing of the other',
        ],
        'interop/mode-config.test.ts': ['Mode Config, pull, IPv4 and IPv6', 'Mode Config, push, IPv4 and IPv6'],
      },
    },
    {
      id: 'Unity attributes',
      what: 'Split include, local networks, banner, domain: given, and told where they are got; networks are kept to by who says so. The rest is passed over.',
      tests: {
        'ike/mode-config.test.ts': [
          'gives who speaks Unity and asks for everything the network that it may have, and echoes what it asked for',
        ],
        'ike/negotiate/network-settings.test.ts': ['are what was given, read from the attributes that say so'],
        'ike/unity.test.ts': [
          'carries one in each tunnel that may have it',
          'has the networks that are left to it go round the tunnels in which they would be',
        ],
        'interop/vpnc.test.ts': ['vpnc: Aggressive Mode, XAUTH, Mode Config'],
      },
    },
  ],
};
