;;; Opens a file in Emacs with eglot and ctxlint, writes the findings to told.txt, one on a line;
;;; then has all in the file fixed, and writes the buffer to fixed.py.

(require 'package)
(package-initialize)
(require 'eglot)

(defun wanted (name) (getenv (concat "CTXLINT_" name)))

(defun findings () (flymake-start) (flymake-diagnostics))

(defun wait-for-findings (count)
  (let ((end (+ (float-time) 60)))
    (while (/= count (length (findings)))
      (when (> (float-time) end) (error "Not so many findings"))
      (accept-process-output nil 0.05))))

(defun line-of (finding)
  (format "%d %s %s\n" (line-number-at-pos (flymake-diagnostic-beg finding))
          (flymake-diagnostic-type finding) (flymake-diagnostic-text finding)))

(setq eglot-server-programs `((python-mode . ,(split-string (wanted "COMMAND") "\t"))))
(setq eglot-sync-connect 60)
(find-file (wanted "FILE"))
(apply #'eglot (eglot--guess-contact))
(wait-for-findings 4)
(write-region (mapconcat #'line-of (findings) "") nil (concat (wanted "OUT") "/told.txt"))
(eglot-code-actions (point-min) (point-max) "source.fixAll.ctxlint" t)
(write-region (point-min) (point-max) (concat (wanted "OUT") "/fixed.py"))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
