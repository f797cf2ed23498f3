/* The one place that says which version this is. */
#ifndef ROSTER_VERSION_H
#define ROSTER_VERSION_H

#define ROSTER_VERSION "0.1.0"

#endif
