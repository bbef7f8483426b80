import {benchHome} from '../bench-home.ts';
import {buildImage, forgetImages} from '../build-image.ts';
import {median, timed, type BenchResult, type BenchRow} from '../row.ts';

/** Libraries and tools of one file or few, which are in every release. */
const manyPackages = (
	'tini sqlite3 jq tree file bc less patch rsync zip unzip bzip2 zstd lz4 lzop pigz pv socat netcat-openbsd time ' +
	'ed nano screen dos2unix gettext-base iproute2 iputils-ping lsof strace procps ' +
	'psmisc acl attr dnsutils whois curl wget rhash xxd moreutils'
).split(' ');

/** How a build's time grows: with the packages that are added to a line, and with the lines. */
export const growth: BenchRow = {
	name: 'growth',
	title: 'a build on a cached starter, by number of packages and of lines',
	async measure({runs, note}) {
		const home = await benchHome(note);
		const few = Math.min(runs, 3);
		const lines = ['12', '13', '14'];
		const everything = {starter: 'debian', lines, packages: manyPackages};
		await buildImage(home, everything);

		let shift = 0;
		/** With another set each time, so that nothing of its own stage is kept. */
		const build = async (count: number, onLines: readonly string[]) => {
			await forgetImages(home);
			shift += 1;
			const packages = [...manyPackages.slice(shift), ...manyPackages.slice(0, shift)].slice(0, count);
			await buildImage(home, {starter: 'debian', lines: onLines, packages});
		};
		const row = async (count: number, onLines: readonly string[]): Promise<BenchResult> => {
			const times: number[] = [];
			for (let run = 0; run < few; run += 1) times.push(await timed(() => build(count, onLines)));
			return {
				what: `build, ${count} added on ${onLines.length} line${onLines.length === 1 ? '' : 's'}`,
				unit: 's',
				ours: median(times) / 1000,
				budget: null,
				peer: null,
			};
		};
		return [await row(1, ['13']), await row(10, ['13']), await row(39, ['13']), await row(10, lines)];
	},
};
