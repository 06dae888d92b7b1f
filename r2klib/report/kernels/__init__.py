"""Kernels with warm imports: forked from a process that has imported what notebooks use.

`warm` says what is imported and when a fork is safe, `forkserver` is the process that forks,
`provisioner` is how a report asks it for kernels.
"""
