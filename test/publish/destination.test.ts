import {expect, test} from 'vitest';
import {formatDestination, parseDestination} from '../../src/publish/destination.ts';

test.each([
	['oci:out', {kind: 'oci', folder: 'out', tag: null}],
	['oci:/srv/images:8.4', {kind: 'oci', folder: '/srv/images', tag: '8.4'}],
	['oci-archive:a.tar:latest', {kind: 'oci-archive', file: 'a.tar', tag: 'latest'}],
	['docker-archive:a.tar', {kind: 'docker-archive', file: 'a.tar', reference: null}],
	['docker-archive:a.tar:team/php:8', {kind: 'docker-archive', file: 'a.tar', reference: 'team/php:8'}],
	['docker-daemon:', {kind: 'docker-daemon', reference: null}],
	['docker-daemon:localhost:5000/php:8', {kind: 'docker-daemon', reference: 'localhost:5000/php:8'}],
	[
		'docker://registry.example.org/team/php-api:8.4',
		{kind: 'registry', host: 'registry.example.org', repository: 'team/php-api', tag: '8.4'},
	],
	['docker://localhost/php', {kind: 'registry', host: 'localhost', repository: 'php', tag: null}],
	['docker://[::1]:5000/php:1', {kind: 'registry', host: '[::1]:5000', repository: 'php', tag: '1'}],
])('%s is understood, and written the same again', (text, destination) => {
	expect(parseDestination(text)).toEqual(destination);
	expect(formatDestination(parseDestination(text))).toBe(text);
});

test.each([
	'',
	'image.tar',
	'tar:x',
	'oci:',
	'oci::tag',
	'oci:dir:a b',
	'docker-archive:',
	'docker-archive:f:NAME:1',
	'docker-daemon:php',
	'docker://php:8',
	'docker://library/php:8',
	'docker://registry.example.org/',
	'docker://registry.example.org/PHP:8',
	'docker://registry.example.org/php:8:9',
	'docker://registry.example.org/../v2/x:1',
	'docker://user:secret@registry.example.org/php:8',
	`docker://registry.example.org/php@sha256:${'0'.repeat(64)}`,
	'docker:registry.example.org/php:8',
])('%j is refused with the mend', text => {
	expect(() => parseDestination(text)).toThrow(expect.objectContaining({code: 'usage'}));
});
