import {stableKeystore} from './stable-keystore.ts';

/**
 * Contents that name the moment or the machine of a build, made to name the packages' own time instead.
 *
 * @param epoch seconds; the time of the newest file of the packages.
 */
export function stableContent(path: string, content: Buffer, epoch: number): Buffer {
	switch (path) {
		case 'etc/shadow':
			return stableShadow(content, epoch);
		case 'etc/machine-id':
			// Empty: made at first boot, machine-id(5).
			return Buffer.alloc(0);
		case 'etc/ssl/certs/java/cacerts':
			return stableKeystore(content, epoch * 1000);
		default:
			return texNames.test(path) ? sortedTexNames(content) : content;
	}
}

const stablePaths: ReadonlySet<string> = new Set(['etc/shadow', 'etc/machine-id', 'etc/ssl/certs/java/cacerts']);

/** TeX's databases of file names: mktexlsr(1) writes them in the order that the file system happens to have. */
const texNames = /^var\/lib\/texmf\/ls-R[^/]*$/u;

export const hasStableForm = (path: string): boolean => stablePaths.has(path) || texNames.test(path);

/** Folders by name, and the names in each: its order means nothing to kpathsea, which reads it into a table. */
function sortedTexNames(content: Buffer): Buffer {
	const [head = '', ...folders] = content.toString('latin1').trimEnd().split('\n\n');
	const sorted = folders.map(folder => {
		const lines = folder.split('\n');
		const first = lines.findIndex(line => !line.endsWith(':'));
		return first === -1 ? folder : [...lines.slice(0, first), ...lines.slice(first).sort()].join('\n');
	});
	return Buffer.from(`${[head, ...sorted.sort()].join('\n\n')}\n`, 'latin1');
}

/** The third field is the day of the last change of the password: shadow(5). */
function stableShadow(content: Buffer, epoch: number): Buffer {
	const day = String(Math.floor(epoch / 86_400));
	const lines = content.toString('latin1').split('\n');
	const stable = lines.map(line => {
		const fields = line.split(':');
		if (fields.length < 9 || !/^\d+$/u.test(fields[2] ?? '') || fields[2] === '0') return line;
		return fields.with(2, day).join(':');
	});
	return Buffer.from(stable.join('\n'), 'latin1');
}
