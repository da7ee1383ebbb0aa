/* SPDX-License-Identifier: GPL-2.0 */
/* patience.h - what the linker makes of alarm(): --wrap */
#ifndef PATIENCE_H
#define PATIENCE_H

unsigned int __real_alarm(unsigned int seconds);
unsigned int __wrap_alarm(unsigned int seconds);

#endif /* PATIENCE_H */
