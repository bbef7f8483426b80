import {bundleFields, type BundleDialog} from '../../state/dialogs/dialog.ts';
import {countCertificates} from '../../state/files/file-repository.ts';
import {count} from '../format/sizes.ts';
import {fieldLine} from '../ui/field-line.ts';
import {lineOf, span, type Line} from '../ui/line.ts';

/** The form that adds a file bundle, or a new version of one. */
export function bundleForm(
	dialog: BundleDialog,
	width: number,
): {readonly title: string; readonly rows: readonly Line[]} {
	const {content, of, pem, focus} = dialog;
	const field = (label: string, line: Line): Line => lineOf(span(label.padEnd(16), 'muted'), line);
	const placeholders = {
		name: 'corp-ca',
		path: content === 'files' ? '~/nginx.conf' : '~/corp-ca.pem',
		target: '/etc/nginx',
	};
	const labels = {name: 'Name', path: 'File or folder', target: 'To (in image)'};
	const fields = bundleFields(dialog).map(id =>
		field(labels[id], fieldLine(dialog[id], width - 18, focus === id, placeholders[id])),
	);
	const pasted = pem === null ? [] : [field('Certificates', pastedLine(pem))];
	return {
		title: of === null ? `New bundle of ${content}` : `New version of ${of}`,
		rows: [[], ...fields, ...pasted, []],
	};
}

function pastedLine(pem: string): Line {
	const number = countCertificates(pem);
	return number === 0
		? [span('paste them now', 'muted')]
		: [span(`${count(number, 'certificate')} pasted`, 'good'), span('  paste again for more', 'muted')];
}
