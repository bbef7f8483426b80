import {expect, test} from 'vitest';
import {destinationIn, proposedDestination} from '../../state/dialogs/export-dialog.ts';

const api = {image: 'php-api', tag: '8.4'};

test.each([
	['docker-archive', 'out', 'docker-archive:out/php-api-8.4.tar'],
	['docker-archive', '/srv/out/', 'docker-archive:/srv/out/php-api-8.4.tar'],
	['oci-archive', '.', 'oci-archive:./php-api-8.4.tar'],
	['oci', 'out', 'oci:out/php-api:8.4'],
] as const)('of several images, each goes as %s into %s', (kind, folder, expected) => {
	expect(destinationIn(kind, folder, api)).toBe(expected);
});

test('one image is proposed a file, several a folder', () => {
	expect(proposedDestination('docker-archive', [api])).toBe('docker-archive:php-api-8.4.tar');
	expect(proposedDestination('oci', [api])).toBe('oci:php-api:8.4');
	expect(proposedDestination('docker-archive', [api, {image: 'web', tag: 'latest'}])).toBe('docker-archive:.');
});
