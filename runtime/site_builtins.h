/* exit, quit, help, copyright, credits and license, without `site`, which would give them. */
#ifndef OXIDIZE_SITE_BUILTINS_H
#define OXIDIZE_SITE_BUILTINS_H

/* Puts them into `builtins`: objects that become those of `site` once they are used. -1 with an
 * exception set on failure. */
int site_builtins_install(void);

#endif
