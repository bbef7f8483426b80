import {safeText} from '../base/safe-text.ts';
import type {LineDiff} from '../plan/diff-plans.ts';
import {formatBytes} from './format.ts';
import {style} from './terminal.ts';

/** What changes in a line, a row each: packages of the image, settings, and the size. */
export function lineDiffRows({packages, config, installedSizeBytes}: LineDiff): readonly string[] {
	return [
		...packages.filter(({inImage}) => inImage).map(({name, before, after}) => changeRow(name, before, after)),
		...config.map(({field, before, after}) => changeRow(field, before, after)),
		...(installedSizeBytes === 0 ? [] : [style('dim', `installed ${signedBytes(installedSizeBytes)}`)]),
	];
}

/** `+ curl 8.14`, `- curl 8.14`, `~ curl 8.13 → 8.14` */
export function changeRow(name: string, before: string | null, after: string | null): string {
	if (before === null) return style('green', `+ ${safeText(name)} ${safeText(after ?? '')}`.trimEnd());
	if (after === null) return style('red', `- ${safeText(name)} ${safeText(before)}`);
	return style('yellow', `~ ${safeText(name)} ${safeText(before)} → ${safeText(after)}`);
}

export const signedBytes = (bytes: number): string => `${bytes < 0 ? '−' : '+'}${formatBytes(Math.abs(bytes))}`;
