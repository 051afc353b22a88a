/** Unix time in milliseconds, with a fraction, as ISO 8601 to the microsecond: `2026-09-21T14:13:20.000250Z`. */
export function captureTime(time: number): string {
  const milliseconds = Math.floor(time);
  const microseconds = Math.min(999, Math.round((time - milliseconds) * 1000));
  const text = new Date(milliseconds);
  // A file may say anything; this is the end of what a Date can hold.
  if (Number.isNaN(text.getTime())) return 'no time';
  return `${text.toISOString().slice(0, -1)}${String(microseconds).padStart(3, '0')}Z`;
}
