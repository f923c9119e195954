class G {}
export = G;
