import type {BundleContent} from '../../engine.ts';
import {contentOf} from './finish-tree.ts';
import {fileEntry, type Tree} from './tree.ts';

const trustedBundle = 'etc/ssl/certs/ca-certificates.crt';

/** Lays the files of bundles over an image's tree. They win over what packages have at the same path. */
export function addBundles(tree: Tree, bundles: readonly BundleContent[], epoch: number): void {
	for (const {files} of bundles) {
		for (const {path, content, mode, uid, gid} of files) {
			const raw = path.replace(/^\/+/u, '');
			const folder = tree.makeFolder(raw.slice(0, Math.max(0, raw.lastIndexOf('/'))), epoch);
			const name = raw.slice(raw.lastIndexOf('/') + 1);
			const place = folder === '' ? name : `${folder}/${name}`;
			tree.set({entry: fileEntry(place, Buffer.from(content), {mtime: epoch, mode, uid, gid}), owner: null});
		}
	}
	trustWithoutPackage(tree, bundles, epoch);
}

/** update-ca-certificates did this in the sandbox, unless no package of the plan brings it. */
function trustWithoutPackage(tree: Tree, bundles: readonly BundleContent[], epoch: number): void {
	const files = bundles.filter(({kind}) => kind === 'certificates').flatMap(bundle => bundle.files);
	if (files.length === 0) return;
	const place = tree.resolve(trustedBundle) ?? trustedBundle;
	const known = tree.get(place);
	const text = known === undefined ? '' : contentOf(known.entry).toString('latin1');
	const missing = files
		.map(({content}) => Buffer.from(content).toString('latin1'))
		.filter(pem => !text.includes(pem.trim().split('\n')[1] ?? pem));
	if (missing.length === 0) return;
	tree.makeFolder(place.slice(0, place.lastIndexOf('/')), epoch);
	const all = [text, ...missing].map(pem => (pem === '' || pem.endsWith('\n') ? pem : `${pem}\n`)).join('');
	tree.set({entry: fileEntry(place, Buffer.from(all, 'latin1'), {mtime: epoch}), owner: null});
}
