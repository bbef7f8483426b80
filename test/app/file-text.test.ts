import {expect, test} from 'vitest';
import {fileText} from '../../src/app/file-text.ts';

const bytes = (text: string) => Buffer.from(text);

test.each([
	['text', bytes('größer\n'), true, 'größer\n'],
	['its beginning, cut within a character', bytes('größ').subarray(0, 3), false, 'gr'],
	['the same, whole', bytes('größ').subarray(0, 3), true, null],
	['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]), false, null],
	['Latin 1', Buffer.from([0x67, 0xf6, 0x67]), true, null],
	['nothing', bytes(''), true, ''],
])('%s', (_, content, isWhole, text) => expect(fileText(content, isWhole)).toBe(text));
