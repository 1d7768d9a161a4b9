import classes from './Illustration.module.css';

/** A counter with its window between a program and the systems behind it. Drawn by us; says nothing that the text does not. */
export function Illustration() {
  return (
    <svg aria-hidden viewBox="0 0 520 360" className={classes['drawing']}>
      <rect x="1" y="1" width="518" height="358" rx="8" className={classes['ground']} />
      <g className={classes['line']}>
        <rect x="40" y="120" width="120" height="96" rx="8" className={classes['paper']} />
        <path d="M40 144h120M56 132h.1M68 132h.1M80 132h.1" />
        <path d="m72 168-12 12 12 12M104 168l12 12-12 12M94 164l-12 32" />
        <path d="M160 180h52m-10-8 10 8-10 8" />
      </g>
      <g className={classes['line']}>
        <path d="M220 280V152a52 52 0 0 1 104 0v128z" className={classes['paper']} />
        <path d="M204 280h136M240 280v-20h64v20" />
        <path d="M244 156a28 28 0 0 1 56 0v60h-56z" className={classes['window']} />
        <path d="m260 184 10 10 18-20" className={classes['tick']} />
      </g>
      <g className={classes['line']}>
        <path d="M332 168h48m-10-8 10 8-10 8M332 212h48m-10-8 10 8-10 8" />
        <rect x="388" y="84" width="92" height="56" rx="8" className={classes['paper']} />
        <rect x="388" y="156" width="92" height="56" rx="8" className={classes['paper']} />
        <rect x="388" y="228" width="92" height="56" rx="8" className={classes['paper']} />
        <path d="M404 104h32M404 120h52M404 176h44M404 192h28M404 248h52M404 264h36" />
      </g>
    </svg>
  );
}
