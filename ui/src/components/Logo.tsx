/** The application's mark. */

/** The mark, as in `icons/icon.svg`. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="64 64 896 896" aria-hidden="true">
      <defs>
        <linearGradient id="logo-sky" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#2f6df6" />
          <stop offset="1" stopColor="#5b35d5" />
        </linearGradient>
        <clipPath id="logo-tile">
          <rect x="64" y="64" width="896" height="896" rx="208" />
        </clipPath>
      </defs>
      <rect x="64" y="64" width="896" height="896" rx="208" fill="url(#logo-sky)" />
      <g clipPath="url(#logo-tile)" fill="none" stroke="#fff" strokeLinecap="round">
        <path
          d="M20 640 C 180 600, 270 470, 332 344 C 390 620, 634 620, 692 344 C 754 470, 844 600, 1004 640"
          strokeWidth="52"
        />
        <path d="M20 680 H 1004" strokeWidth="60" />
        <path d="M332 344 V 800 M692 344 V 800" strokeWidth="68" />
      </g>
      <circle cx="332" cy="330" r="86" fill="#fff" />
      <circle cx="692" cy="330" r="86" fill="#fff" />
    </svg>
  );
}
