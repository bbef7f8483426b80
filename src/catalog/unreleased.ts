/** `27~34ea-1`, `3.15.0~rc2-1`: not released upstream yet; `8.4.11-1~deb13u1` and `9.2.0~ds1-1` are. */
const unreleased = /~\d*(?:ea|alpha|beta|rc|pre|dev|a\d|b\d)/;

export function isUnreleased(version: string): boolean {
	return unreleased.test(version);
}
