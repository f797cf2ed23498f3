/* The one place that says which version this is; between releases the next
   one's, with "-dev". */
#ifndef ROSTER_VERSION_H
#define ROSTER_VERSION_H

#define ROSTER_VERSION "0.2.0-dev"

#endif
